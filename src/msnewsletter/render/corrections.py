"""Corrections as mail, pages and feeds all show them. Pure; writes no markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.issue.teaser import shorten
from msnewsletter.model import Status
from msnewsletter.render import sentences, wording
from msnewsletter.render.xml_text import uri

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.model import Correction, Masthead

# Characters; the summary's page has all of it.
_HEADLINE_LIMIT = 300
_NOTE_LIMIT = 700

# Colour never carries a meaning alone: each begins with these words.
_LABELS = {
    Status.LIVE: "Valid again, from issue {}",
    Status.CORRECTED: "Correction to issue {}",
    Status.CONCERN: "Expression of concern about a study in issue {}",
    Status.WITHDRAWN: "Withdrawn from issue {}",
    Status.RETRACTED: "Retracted study in issue {}",
    Status.TAKEN_DOWN: "Taken down from issue {}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    """One correction as readers see it, each text on one line.

    Attributes:
        label: what it is, and which issue it corrects: `Correction to issue 41`.
        headline: what that issue said.
        said, note: what happened to it; and why, in the editor's words, or empty.
        path, url: the summary's page, below the site and absolute.
        link: words that lead there and name the study.
    """

    label: str
    headline: str
    said: str
    note: str
    path: str
    url: str
    link: str


def correction_views(
    masthead: Masthead, corrections: Iterable[Correction]
) -> tuple[CorrectionView, ...]:
    """A view of each correction, in the order given."""
    announced = tuple(corrections)
    names = sentences.made_unique(sentences.name_of(one.headline) for one in announced)
    return tuple(_view(masthead, one, name) for one, name in zip(announced, names, strict=True))


def _view(masthead: Masthead, one: Correction, name: str) -> CorrectionView:
    path = urls.summary_page_name(one.key, one.id)
    # Taken back: on its page the notice replaces the text.
    what = "notice" if wording.is_taken_back(one) else "corrected summary"
    return CorrectionView(
        label=_LABELS[one.status].format(one.issue),
        headline=shorten(one.headline, limit=_HEADLINE_LIMIT),
        said=wording.became(one.status),
        note=shorten(one.note or "", limit=_NOTE_LIMIT),
        path=path,
        url=uri(masthead.site + path),
        link=f"Read the {what}: {name}",
    )
