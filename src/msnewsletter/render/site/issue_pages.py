"""Turns an Issue into pages of the public site: its own, and one for each entry.

Owns what these pages show and where they link; templates/site/ owns how, index_pages.py the pages
that lead to them. Opens no file and no socket, asks no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.corrections import (
    NO_HISTORY,
    announced_views,
    correction_views,
    is_said_by_notice,
)
from msnewsletter.render.sentences import counted, reading_minutes
from msnewsletter.render.site import schema_org
from msnewsletter.render.site.frame import Frame
from msnewsletter.render.site.related import RelatedCandidates, related_summaries
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import cleaned, uri
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from msnewsletter.glossary import Glossary
    from msnewsletter.model import Entry, Issue, Masthead
    from msnewsletter.render.cautions import Caution
    from msnewsletter.render.corrections import AnnouncedView, CorrectionView, SummaryHistory
    from msnewsletter.render.site.related import RelatedCard
    from msnewsletter.render.studies import Study
    from msnewsletter.text_blocks import Block

_NO_CANDIDATES: Mapping[str, RelatedCandidates] = MappingProxyType({})
_NO_HISTORIES: Mapping[str, SummaryHistory] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLink:
    """A tag, and its page below the site."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """An entry as the templates see it: texts ready to show, not yet escaped.

    Attributes:
        path: its page below the site.
        dateline: date, lateness, journal.
        badge, notice, caution: empty when there is none.
        sections: (question, its paragraphs and lists).
        review: who wrote and who checked it; empty where the notice replaces the text.
        taken_back: the notice replaces the text.
        taken_down: nothing else is left of it either.
        notice_announced: where an issue announced what the notice says, or None.
        history: what else issues said of it later, oldest first.
        original: the summary at its source, absolute, or None.
        related, others: cards of other summaries (render/site/related.py).
    """

    path: str
    title: str
    teaser: str
    dateline: tuple[str, ...]
    badge: str
    notice: str
    taken_back: bool
    taken_down: bool
    notice_announced: AnnouncedView | None
    history: tuple[AnnouncedView, ...]
    caution: Caution
    sections: tuple[tuple[str, tuple[Block, ...]], ...]
    disclaimer: str
    review: str
    studies: tuple[Study, ...]
    original: str | None
    related: tuple[RelatedCard, ...]
    others: tuple[RelatedCard, ...]
    tags: tuple[TagLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuePage:
    """An issue as the templates see it.

    Attributes:
        date: its cutoff's day in the newsletter's zone.
        corrections_title: what stands above its corrections.
        corrected: how many corrections there are, in words; empty for none.
    """

    path: str
    number: int
    date: str
    contents: str
    corrections: tuple[CorrectionView, ...]
    corrections_title: str
    corrected: str
    entries: tuple[EntryPage, ...]


def render_pages(
    issue: Issue,
    templates: Mapping[str, str],
    *,
    glossary: Glossary = NO_GLOSSARY,
    candidates: Mapping[str, RelatedCandidates] = _NO_CANDIDATES,
    histories: Mapping[str, SummaryHistory] = _NO_HISTORIES,
) -> dict[str, bytes]:
    """The issue's page and a page for each entry, by their paths below the site.

    Args:
        issue: complete.
        templates: texts by name; those under `site/` are used.
        glossary: its terms are linked where they are first used.
        candidates: the related summaries that an entry may show, by its id.
        histories: what happened to its summaries since, by id.

    Raises:
        TemplateError: a template is broken, with its file and line.
    """
    masthead = cleaned(issue.masthead)
    shown = issue_view(masthead, issue, candidates, histories)
    frame = Frame(masthead, templates, glossary)
    title = wording.issue_title(issue.number, issue.cutoff, masthead)
    data = schema_org.issue_page(masthead, issue.number, title)
    pages = {shown.path: frame.page("site/issue.html.j2", shown.path, issue=shown, data=data)}
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


def issue_view(
    masthead: Masthead,
    issue: Issue,
    candidates: Mapping[str, RelatedCandidates] = _NO_CANDIDATES,
    histories: Mapping[str, SummaryHistory] = _NO_HISTORIES,
) -> IssuePage:
    """An issue as the templates see it."""
    entries = tuple(
        entry_view(masthead, entry, candidates.get(entry.id), histories.get(entry.id, NO_HISTORY))
        for entry in issue.entries
    )
    corrected = wording.corrections_in(len(issue.corrections), alone=True)
    shown = [corrected] if corrected else []
    if entries:
        texts = (
            text
            for entry in entries
            for _, blocks in entry.sections
            for block in blocks
            for text in block.texts
        )
        minutes = counted(reading_minutes(texts), "minute")
        shown += [counted(len(entries), "study"), f"about {minutes} to read in full"]
    return IssuePage(
        path=urls.issue_page_name(issue.number),
        number=issue.number,
        date=wording.local_day(issue.cutoff, masthead),
        contents=", ".join(shown),
        corrections=correction_views(masthead, cleaned(issue.corrections)),
        corrections_title=wording.corrections_title(len(issue.corrections)),
        corrected=corrected,
        entries=entries,
    )


def entry_view(
    masthead: Masthead,
    entry: Entry,
    candidates: RelatedCandidates | None = None,
    history: SummaryHistory = NO_HISTORY,
) -> EntryPage:
    """An entry as the templates see it."""
    clean = cleaned(entry)
    summary = clean.summary
    announced = cleaned(history.announced)
    views = announced_views(masthead, announced)
    # What the notice says already keeps its day and its link.
    said = bool(announced) and is_said_by_notice(announced[-1].correction, summary)
    around = related_summaries(clean, cleaned(candidates or RelatedCandidates()), masthead)
    return EntryPage(
        path=urls.page_name(clean),
        title=wording.title(clean),
        teaser=wording.teaser(clean, masthead),
        dateline=wording.dateline(clean, masthead),
        badge=wording.badge(summary, masthead),
        notice=wording.notice(summary),
        taken_back=wording.is_taken_back(summary),
        taken_down=summary.status is Status.TAKEN_DOWN,
        notice_announced=views[-1] if said else None,
        history=views[:-1] if said else views,
        caution=caution_of(summary),
        sections=tuple((question, blocks_of(text)) for question, text in wording.sections(summary)),
        disclaimer=wording.disclaimer(summary, masthead),
        review=wording.review_line(summary, masthead),
        studies=studies_of(summary),
        original=uri(summary.url) if summary.url else None,
        related=around.related,
        others=around.others,
        tags=tag_links(entry.summary.tags),
    )


def tag_links(tags: Iterable[str]) -> tuple[TagLink, ...]:
    """Each tag once, with its page; what shows nothing is left out."""
    slugs = {urls.tag_slug(tag): one_line(cleaned(tag)) for tag in reversed(tuple(tags))}
    return tuple(
        TagLink(name=name, path=urls.tag_page_name(slug))
        for slug, name in reversed(slugs.items())
        if name
    )
