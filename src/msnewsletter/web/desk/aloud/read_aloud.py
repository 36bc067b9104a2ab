"""Which of two trees is read aloud: Chromium's where it is there, else that of the markup."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock
from typing import TYPE_CHECKING, Final

from msnewsletter.web.desk.aloud.chromium_nodes import NoChromiumError, chromium_nodes
from msnewsletter.web.desk.aloud.markup_nodes import markup_nodes
from msnewsletter.web.desk.aloud.spoken import lines_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.web.desk.aloud.spoken import AloudNode, Line

_KEPT: Final = 16  # documents: each edition and some pages


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingAloud:
    """A document as it is heard; `instead`: why it is not from Chromium; empty: it is."""

    lines: list[Line]
    instead: str = ""


@dataclass(slots=True)
class AloudReader:
    """Reads documents aloud; asks Chromium once for each, and one at a time. Thread-safe."""

    ask: Callable[[bytes], AloudNode] = chromium_nodes
    _lock: Lock = field(default_factory=Lock)
    _known: OrderedDict[str, ReadingAloud] = field(default_factory=OrderedDict)

    def read(self, data: bytes) -> ReadingAloud:
        """A document, UTF-8."""
        version = sha256(data).hexdigest()
        if known := self._known.get(version):
            return known
        if not self._lock.acquire(blocking=False):
            return _by_markup(data, "Chromium is busy with another one; load this again")
        try:
            made = ReadingAloud(lines=lines_of(self.ask(data)))
        except NoChromiumError as error:
            made = _by_markup(data, str(error))
        finally:
            self._lock.release()
        self._known[version] = made
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return made


def _by_markup(data: bytes, why: str) -> ReadingAloud:
    return ReadingAloud(lines=lines_of(markup_nodes(data)), instead=why)
