"""An entry as the pages show it: texts ready to show, not yet escaped. Pure.

Owns what pages say of an entry and where they link; templates/site/ owns how.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.issue.teaser import repeats_title
from msnewsletter.language_tags import language_of
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.corrections import NO_HISTORY, announced_views, is_said_by_notice
from msnewsletter.render.languages import (
    direction_of,
    own_words_beside,
    quoted_in,
    side_of,
    words_of,
)
from msnewsletter.render.site.names import headline_name, short_name
from msnewsletter.render.site.related import RelatedCandidates, related_summaries
from msnewsletter.render.site.study_facts import study_facts
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import cleaned, uri
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markupsafe import Markup

    from msnewsletter.model import Entry, Masthead, Summary
    from msnewsletter.render.cautions import Caution
    from msnewsletter.render.corrections import AnnouncedView, SummaryHistory
    from msnewsletter.render.site.names import Name
    from msnewsletter.render.site.related import RelatedCard
    from msnewsletter.render.site.study_facts import StudyFact
    from msnewsletter.render.studies import Study
    from msnewsletter.text_blocks import Block


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLink:
    """A tag, and its page below the site."""

    name: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPage:
    """An entry as the templates see it.

    Attributes:
        path: its page below the site.
        language: of its texts, BCP 47. runs: `rtl` or `ltr`, as a block of them does.
        words: the `lang` attribute of all its texts; nothing where they are in the newsletter's.
        quoted: the same where they stand among the newsletter's own words.
        side: the `dir` attribute of a block of its texts; nothing where they run as the page does.
        own: the attributes of the newsletter's own words in such a block.
        name: by its title, for lists and cards. headline: for itself.
        title: its own short title, where that is not the headline; mostly empty.
        journal, dates: where and when it was published, and whether it comes late.
        studied_before: our word before who was studied, in a language that it is a word of.
        studied_in, evidence: who or what was studied, and how; empty when not given.
        became, note: what became of it: our sentence, and the editor's; empty when there is none.
        taken_back: the notice replaces the text.
        taken_down: nothing else is left of it either.
        notice_announced: where an issue announced what the notice says, or None.
        history: what else issues said of it later, oldest first.
        lead: the editor's own teaser, where what was found does not hold it; mostly empty.
        found: the paragraphs and lists of what was found.
        sections: (question, its paragraphs and lists) of all sections.
        review: who wrote and who checked it; empty where the notice replaces the text.
        disclaimer, own_disclaimer: its own or the newsletter's; its own, or nothing.
        facts: of the study itself.
        original: the summary at its source, absolute, or None.
        related, others: cards of other summaries (render/site/related.py).
    """

    path: str
    language: str
    runs: str
    words: Markup
    quoted: Markup
    side: Markup
    own: Markup
    name: Name
    headline: Name
    teaser: str
    title: str
    journal: str
    dates: tuple[str, ...]
    studied_before: str
    studied_in: str
    evidence: str
    became: str
    note: str
    taken_back: bool
    taken_down: bool
    notice_announced: AnnouncedView | None
    history: tuple[AnnouncedView, ...]
    caution: Caution
    key_messages: tuple[str, ...]
    lead: str
    found: tuple[Block, ...]
    sections: tuple[tuple[str, tuple[Block, ...]], ...]
    disclaimer: str
    own_disclaimer: str
    review: str
    facts: tuple[StudyFact, ...]
    studies: tuple[Study, ...]
    original: str | None
    related: tuple[RelatedCard, ...]
    others: tuple[RelatedCard, ...]
    tags: tuple[TagLink, ...]

    @property
    def notice(self) -> str:
        """What became of it, on one line; empty when nothing did."""
        return " ".join(part for part in (self.became, self.note) if part)


def entry_view(
    masthead: Masthead,
    entry: Entry,
    candidates: RelatedCandidates | None = None,
    history: SummaryHistory = NO_HISTORY,
) -> EntryPage:
    """An entry as the templates see it."""
    clean = cleaned(entry)
    summary, words = clean.summary, words_in(masthead.words)
    language = language_of(summary, masthead)
    announced = cleaned(history.announced)
    views = announced_views(masthead, announced)
    # What the notice says already keeps its day and its link.
    said = bool(announced) and is_said_by_notice(announced[-1].correction, summary)
    around = related_summaries(clean, cleaned(candidates or RelatedCandidates()), masthead)
    return EntryPage(
        path=urls.page_name(clean),
        language=language,
        runs=direction_of(language),
        words=words_of(summary, masthead),
        quoted=quoted_in(summary.language, masthead),
        side=side_of(summary, masthead),
        own=own_words_beside(summary, masthead),
        name=short_name(clean, masthead),
        headline=headline_name(clean, masthead),
        teaser=wording.teaser(clean, masthead),
        title=_title(summary),
        journal=summary.journal or "",
        dates=wording.dates(clean, masthead),
        studied_before=wording.before_studied(language, masthead),
        studied_in=wording.studied_in(summary),
        evidence=wording.evidence(summary, words),
        became=wording.became(summary.status, words),
        note=summary.note or "",
        taken_back=wording.is_taken_back(summary),
        taken_down=summary.status is Status.TAKEN_DOWN,
        notice_announced=views[-1] if said else None,
        history=views[:-1] if said else views,
        caution=caution_of(summary),
        key_messages=tuple(map(one_line, summary.key_messages)),
        lead=_lead(summary),
        found=blocks_of(summary.found),
        sections=tuple(
            (question, blocks_of(text)) for question, text in wording.sections(summary, words)
        ),
        disclaimer=wording.disclaimer(summary, masthead),
        own_disclaimer=wording.own_disclaimer(summary, masthead),
        review=wording.review_line(summary, masthead),
        facts=study_facts(summary, masthead),
        studies=studies_of(summary, words),
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


def _title(summary: Summary) -> str:
    """The editor's short title, unless it is the headline."""
    title = wording.listed_name(summary)
    return "" if title == one_line(summary.headline) else title


def _lead(summary: Summary) -> str:
    """The editor's teaser, unless the headline or what was found says the same."""
    lead = one_line(summary.teaser or "")
    said = repeats_title(lead, summary) or lead in one_line(summary.found)
    return "" if said else lead
