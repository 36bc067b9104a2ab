"""`var/imported.json`: what `import` wrote last, so that an editor's change of it is noticed."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (pydantic needs it)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from msnewsletter.disk.atomic import write_atomically
from msnewsletter.disk.state_file import read_state
from msnewsletter.serialize import pretty, to_document

if TYPE_CHECKING:
    from msnewsletter.home import Home

NAME: Final = "imported.json"
_LIMIT: Final = 50_000_000  # bytes: 100,000 summaries, several times over


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedText:
    """A summary that was imported: its file relative to the home, and the SHA-256 of its text."""

    path: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedTexts:
    """What was imported last, by key."""

    texts: Mapping[str, ImportedText] = field(default_factory=dict)


def read_imported(home: Home) -> dict[str, ImportedText]:
    """What was imported before; a file that cannot be read counts as none."""
    found = read_state(home, home.var / NAME, ImportedTexts, limit=_LIMIT)
    return dict(found.texts) if found else {}


def write_imported(home: Home, texts: Mapping[str, ImportedText]) -> None:
    """Keep what was imported; raises OutboxError."""
    document = to_document(ImportedTexts(texts=dict(sorted(texts.items()))), complete=True)
    write_atomically(home, home.var / NAME, pretty(document))
