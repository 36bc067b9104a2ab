"""What becomes of one summary that is imported. Pure.

An import never changes what an editor has changed, and a second one of the same changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence


class ImportOutcome(StrEnum):
    """What becomes of a summary."""

    NEW = "new"  # a file is written
    CHANGED = "changed"  # the file is written anew, if a person says so
    SAME = "nothing new"
    DUPLICATE = "duplicate"  # written if a person says so
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingFile:
    """The file that has the key.

    Attributes:
        path: as the editor knows it.
        digest: SHA-256 of its text as `markdown_of` would be; None: it is no file of our folder
            with this one summary as Markdown.
        same: it reads as the very summary that is imported.
        fetched: it is what a source was last heard to say.
    """

    path: str
    digest: str | None = None
    same: bool = False
    fetched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDecision:
    """The outcome, with why, where it is refused or a duplicate, and what to do."""

    outcome: ImportOutcome
    why: str = ""
    remedy: str = ""


def decide(
    digests: Collection[str],
    *,
    existing: ExistingFile | None,
    imported: str | None,
    same: Sequence[str],
) -> ImportDecision:
    """What becomes of a summary.

    Args:
        digests: of the text that would be written, with its headings in any language.
        existing: the file that has its key; None: none has.
        imported: digest of what was imported under its key before; None: nothing was.
        same: other summaries about the same study, as the editor knows them.
    """
    if existing is None:
        if same:
            why = f"is the study of {', '.join(same)}"
            return ImportDecision(outcome=ImportOutcome.DUPLICATE, why=why)
        return ImportDecision(outcome=ImportOutcome.NEW)
    if existing.same or existing.digest in digests or imported in digests:
        return ImportDecision(outcome=ImportOutcome.SAME)
    if existing.digest is None:
        comes = "comes by itself: edit it on the desk, if it should say something else"
        return ImportDecision(
            outcome=ImportOutcome.REFUSED,
            why=f"its key is that of {existing.path}, which is not overwritten",
            remedy=f"it {comes}" if existing.fetched else "change it there, or give it another key",
        )
    if existing.digest != imported:
        return ImportDecision(
            outcome=ImportOutcome.REFUSED,
            why=f"{existing.path} was changed by an editor and is not overwritten",
            remedy="take over by hand what you want of the difference; or move that file out of "
            "the sources, and import again",
        )
    return ImportDecision(outcome=ImportOutcome.CHANGED)
