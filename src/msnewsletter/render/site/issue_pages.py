"""Turns an Issue into pages of the public site: its own, and one for each entry.

Owns what these pages show and where they link; templates/site/ owns how, index_pages.py the pages
that lead to them. Opens no file and no socket, asks no clock.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.render import wording
from msnewsletter.render.corrections import (
    NO_HISTORY,
    advice_on,
    correction_views,
    corrections_title,
)
from msnewsletter.render.glance import glance
from msnewsletter.render.note import paragraphs_of
from msnewsletter.render.review_lines import common_review, review_of_all
from msnewsletter.render.sentences import reading_minutes
from msnewsletter.render.site import schema_org
from msnewsletter.render.site.entry_view import EntryPage, entry_view
from msnewsletter.render.site.frame import Frame
from msnewsletter.render.xml_text import cleaned

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import ArchivedIssue, Issue, Masthead
    from msnewsletter.render.corrections import CorrectionView, SummaryHistory
    from msnewsletter.render.note import Paragraph
    from msnewsletter.render.site.related import RelatedCandidates

# Entries of one issue that its page shows whole, some 400 kB, before linked headlines follow; and
# that the feeds hold of the newest issue.
WHOLE_ENTRIES = 150

_NO_CANDIDATES: Mapping[str, RelatedCandidates] = MappingProxyType({})
_NO_HISTORIES: Mapping[str, SummaryHistory] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuesAround:
    """The issues before and after one; None: there is none, or not yet."""

    previous: ArchivedIssue | None = None
    following: ArchivedIssue | None = None


NONE_AROUND = IssuesAround()


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLink:
    """An issue's page below the site, and its title."""

    path: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePage:
    """An issue as the templates see it.

    Attributes:
        title, date: number and date together; its cutoff's day in the newsletter's zone.
        contents: how much is in it, in words.
        reading: the same, without the number of studies where the glance above it says all that
            there is. Beside corrections it stays: nobody shall take them for the whole issue.
        note: what the editor says first; mostly nothing.
        glance: in whom its studies were done, or how much there is.
        corrections_title, corrections_advice: what stands above its corrections.
        corrected: how many corrections there are, in words; empty for none.
        entries: all of them; whole, lines: those that its page shows whole, and the others.
        common: who wrote and checked the entries that do not say it themselves.
        review: the same as a sentence without its full stop; empty where no two are the same.
        words: the catalogue of the newsletter's own words.
    """

    path: str
    number: int
    title: str
    date: str
    contents: str
    reading: str
    glance: str
    note: tuple[Paragraph, ...]
    corrections: tuple[CorrectionView, ...]
    corrections_title: str
    corrections_advice: str
    corrected: str
    entries: tuple[EntryPage, ...]
    common: str
    review: str
    previous: IssueLink | None
    following: IssueLink | None
    words: str

    @property
    def whole(self) -> tuple[EntryPage, ...]:
        """The entries that the page shows whole."""
        return self.entries[:WHOLE_ENTRIES]

    @property
    def lines(self) -> tuple[EntryPage, ...]:
        """The others: linked headlines."""
        return self.entries[WHOLE_ENTRIES:]

    @property
    def lines_title(self) -> str:
        """What stands above them."""
        forms = "%(number)s more study", "%(number)s more studies"
        return words_in(self.words).say_many(*forms, len(self.lines))


def render_pages(
    issue: Issue,
    templates: Mapping[str, str],
    *,
    glossary: Glossary = NO_GLOSSARY,
    candidates: Mapping[str, RelatedCandidates] = _NO_CANDIDATES,
    histories: Mapping[str, SummaryHistory] = _NO_HISTORIES,
    around: IssuesAround = NONE_AROUND,
) -> dict[str, bytes]:
    """The issue's page and a page for each entry, by their paths below the site.

    Args:
        issue: complete.
        templates: texts by name; those under `site/` are used.
        glossary: its terms are linked where they are first used.
        candidates: the related summaries that an entry may show, by its id.
        histories: what happened to its summaries since, by id.
        around: the issues before and after it.

    Raises:
        TemplateError: a template is broken, with its file and line.
    """
    masthead = cleaned(issue.masthead)
    shown = issue_view(masthead, issue, candidates, histories, around)
    frame = Frame(masthead, templates, glossary)
    pages = {shown.path: _issue_page(frame, masthead, shown)}
    for entry, page in zip(issue.entries, shown.entries, strict=True):
        pages[page.path] = frame.page(
            "site/summary.html.j2",
            page.path,
            issue=shown,
            entry=page,
            data=schema_org.summary_page(
                masthead, cleaned(entry), cleaned(histories.get(entry.id, NO_HISTORY))
            ),
        )
    return pages


def render_issue_page(
    issue: Issue,
    templates: Mapping[str, str],
    *,
    glossary: Glossary = NO_GLOSSARY,
    around: IssuesAround,
) -> dict[str, bytes]:
    """The issue's own page alone, by its path, as in `render_pages`."""
    masthead = cleaned(issue.masthead)
    shown = issue_view(masthead, issue, around=around)
    return {shown.path: _issue_page(Frame(masthead, templates, glossary), masthead, shown)}


def _issue_page(frame: Frame, masthead: Masthead, shown: IssuePage) -> bytes:
    data = schema_org.issue_page(masthead, shown.number, shown.title)
    return frame.page("site/issue.html.j2", shown.path, issue=shown, data=data)


def issue_view(
    masthead: Masthead,
    issue: Issue,
    candidates: Mapping[str, RelatedCandidates] = _NO_CANDIDATES,
    histories: Mapping[str, SummaryHistory] = _NO_HISTORIES,
    around: IssuesAround = NONE_AROUND,
) -> IssuePage:
    """An issue as the templates see it."""
    entries = tuple(
        entry_view(masthead, entry, candidates.get(entry.id), histories.get(entry.id, NO_HISTORY))
        for entry in issue.entries
    )
    words = words_in(masthead.words)
    corrected = wording.corrections_in(len(issue.corrections), words, alone=True)
    studies = words.say_many("%(number)s study", "%(number)s studies", len(entries))
    reading = words.say_many(
        "about %(number)s minute to read in full",
        "about %(number)s minutes to read in full",
        reading_minutes(_texts(entries)),
    )
    much = (corrected, studies, reading) if entries else (corrected,)
    reviews = Counter(entry.review for entry in entries)
    common = common_review(reviews)
    return IssuePage(
        path=urls.issue_page_name(issue.number),
        number=issue.number,
        title=wording.issue_title(issue.number, issue.cutoff, masthead),
        date=wording.local_day(issue.cutoff, masthead),
        contents=", ".join(part for part in much if part),
        reading=wording.listed(*(much if corrected else much[2:])),
        glance=glance(issue),
        note=paragraphs_of(issue.note),
        corrections=correction_views(masthead, cleaned(issue.corrections)),
        corrections_title=corrections_title(masthead, issue.corrections),
        corrections_advice=advice_on(issue.corrections, words),
        corrected=corrected,
        entries=entries,
        common=common,
        review=review_of_all(reviews, common, words, whole=True),
        previous=_link(masthead, around.previous),
        following=_link(masthead, around.following),
        words=masthead.words,
    )


def _texts(entries: Iterable[EntryPage]) -> Iterator[str]:
    for entry in entries:
        for _, blocks in entry.sections:
            for block in blocks:
                yield from block.texts


def _link(masthead: Masthead, issue: ArchivedIssue | None) -> IssueLink | None:
    if issue is None:
        return None
    return IssueLink(
        path=urls.issue_page_name(issue.number),
        title=wording.issue_title(issue.number, issue.cutoff, masthead),
    )
