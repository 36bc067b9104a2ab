"""How messages are sent: to whom, over how many connections, and where the journals are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.delivery.smtp import Server


@dataclass(frozen=True, slots=True, kw_only=True)
class SendPlan:
    """How to send.

    Attributes:
        server: to whom.
        journals: the folder for the journals; those of another run may not be in it.
        boot: of this machine, see `send_journal.boot_id`.
        connections: at most.
        pipelining: False forbids it, whatever the server offers.
        verdict_within: seconds for the reply to a whole message.
    """

    server: Server
    journals: Path
    boot: str
    connections: int = 10
    pipelining: bool = True
    verdict_within: float = 600.0
