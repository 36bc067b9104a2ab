"""When what came back was last read, `var/inbound.json`: a file that can be made again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta  # noqa: TC003  (pydantic reads the first)
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, make_folder, write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.serialize import pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

_NAME = "inbound.json"
# Of messages that could not be handled; all of them are still where they were.
_PROBLEMS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMemory:
    """The last time that all that waited was read.

    Attributes:
        read: when, aware UTC.
        problems: messages that could not be handled then, a line each, without an address.
    """

    read: datetime
    problems: tuple[str, ...] = ()

    def is_due_again(self, now: datetime, every: timedelta) -> bool:
        """Whether it is time to read again; `now` is aware."""
        # Before it: the machine's clock was set back.
        return not self.read <= now < self.read + every


def read_inbound_memory(home: Home) -> InboundMemory | None:
    """What is remembered; None: nothing was ever read, or the file cannot be read."""
    return read_state(home, home.var / _NAME, InboundMemory)


def keep_inbound_memory(home: Home, memory: InboundMemory) -> None:
    """Remember it; raises OutboxError."""
    kept = InboundMemory(read=memory.read, problems=memory.problems[:_PROBLEMS])
    with disk_errors(home):
        make_folder(home.var)
        write_atomically(home, home.var / _NAME, pretty(to_document(kept)))
