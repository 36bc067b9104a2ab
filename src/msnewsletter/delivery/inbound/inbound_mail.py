"""One message that waits to be read, and how to mark it when it was handled.

What all places that messages come from have in common. At least once: whoever is killed between
handling a message and marking it gets it again, so handling must be repeatable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMail:
    """A message in a mailbox.

    Attributes:
        place: where it is, for a line to the operator; holds no address.
        content: its beginning, READ_LIMIT bytes at most; empty where it cannot be read.
        problem: why it cannot be read, without a full stop; empty: it can. It stays where it is.
        done: marks it as handled, for ever; to be called once what it said is safe on disk.
            Raises as the mailbox does.
    """

    place: str
    content: bytes = field(default=b"", repr=False)
    problem: str = ""
    done: Callable[[], None] = field(repr=False)
