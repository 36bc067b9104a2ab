"""How long a mailing takes: the model of docs/scaling.md, in which nothing is measured."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What the model knows of a sender on one machine.

    Attributes:
        cpu: seconds of the processor for a message.
        busy: the share of a core that a sender keeps busy; the rest it waits, for the disk mostly.
        rows: deliveries that are enqueued in a second.
        wire: bytes of a message.
    """

    cpu: float
    busy: float
    rows: float
    wire: float


def predicted(
    readers: int,
    inputs: Inputs,
    *,
    senders: int = 1,
    bandwidth: float = math.inf,
    provider: float = math.inf,
) -> float:
    """Seconds from enqueueing to the last message.

    Args:
        readers: how many get it.
        inputs: of one sender.
        senders: that share the mailing, each with a core of its own.
        bandwidth: bytes a second that the line takes.
        provider: messages a second that the mail server takes.
    """
    each = max(
        inputs.cpu / inputs.busy / senders,
        inputs.wire / bandwidth,
        1 / provider,
    )
    return readers / inputs.rows + readers * each
