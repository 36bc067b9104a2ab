"""The body of a summary's feed entry as HTML: paragraphs, headings, lists, absolute links. Pure.

Readers differ in what they show, so the body alone says everything that must be seen: what became
of the summary, its whole headline, one caution, the disclaimer, who checked it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.feeds.elements import (
    APART,
    bullets,
    escaped,
    heading,
    item,
    joined,
    link,
    numbered,
    paragraph,
    span,
    strong,
)
from msnewsletter.render.feeds.voices import voices_of
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import uri
from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_sentences import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Masthead, Summary
    from msnewsletter.render.feeds.items import FeedItem
    from msnewsletter.render.feeds.voices import Voices
    from msnewsletter.text_blocks import Block

# Some readers take them in a title for markup, and drop what follows (`<16 years`).
_LOST_IN_TITLES = frozenset("<&")
_KEEP_IN_MIND = to_say("Keep in mind:")
_SPACE = Markup(" ")


def badge_of(summary: Summary, masthead: Masthead, voices: Voices) -> Markup:
    """In whom or what the study was done, amid the program's own words; or nothing."""
    studied = wording.studied_in(summary)
    if not studied:
        return Markup()
    before = escaped(wording.before_studied(voices.summary, masthead))
    return before + span(escaped(studied), voices.quoted(studied))


class EntryBody:
    """The body of one entry, in short and in full."""

    def __init__(self, masthead: Masthead, feed_item: FeedItem) -> None:
        self._masthead = masthead
        self._item = feed_item
        self._entry = feed_item.entry
        self._summary = feed_item.entry.summary
        self._voices = voices_of(masthead, self._summary)
        self._words = words_in(masthead.words)

    # Both bodies have these.

    @cached_property
    def _opening(self) -> tuple[Markup, ...]:
        return tuple(self._opening_parts())

    @cached_property
    def _facts(self) -> tuple[Markup, ...]:
        return tuple(self._facts_parts())

    @cached_property
    def _closing(self) -> tuple[Markup, ...]:
        return tuple(self._closing_parts())

    def short(self) -> str:
        """The teaser, one caution, and what every entry must say."""
        if wording.is_taken_back(self._summary):
            return self._taken_back()
        teaser = wording.teaser(self._entry, self._masthead)
        said = self._paragraphs(teaser)
        return joined(self._opening, said, self._facts, self._caution(), self._closing)

    def full(self) -> str:
        """The key messages, or an editor's teaser that says more than the text; then the text."""
        if wording.is_taken_back(self._summary):
            return self._taken_back()
        messages = self._summary.key_messages
        first = [self._list(messages)] if messages else self._paragraphs(self._own_teaser())
        return joined(self._opening, first, self._facts, self._sections(), self._closing)

    def _taken_back(self) -> str:
        # The notice replaces the text, under the same id.
        return joined(self._notice(), self._facts, self._closing)

    def _opening_parts(self) -> Iterator[Markup]:
        """What became of the summary; and the headline, where the title may not show all of it."""
        yield from self._notice()
        headline = one_line(self._summary.headline)
        shown = wording.listed_name(self._summary)
        if headline and (headline != shown or _LOST_IN_TITLES.intersection(headline)):
            yield paragraph(strong(escaped(headline)), self._voices.words(headline))

    def _notice(self) -> Iterator[Markup]:
        became = wording.became(self._summary.status, self._words)
        note = self._summary.note or ""
        if became:
            quoted = span(escaped(note), self._voices.quoted(note))
            told = [escaped(became), *([quoted] if note else [])]
            yield paragraph(strong(_SPACE.join(told)), self._voices.own)
        elif note:
            yield paragraph(strong(escaped(note)), self._voices.words(note))

    def _own_teaser(self) -> str:
        """The editor's teaser, unless the text says the same; a made one it says anyway."""
        teaser = wording.teaser(self._entry, self._masthead) if self._summary.teaser else ""
        texts = (text for _, text in wording.sections(self._summary, self._words))
        return "" if any(teaser in one_line(text) for text in texts) else teaser

    def _caution(self) -> Iterator[Markup]:
        caution = caution_of(self._summary)
        if not caution:
            return
        own, around = self._voices.own, self._voices.words(caution.text)
        told = [
            strong(escaped(self._words.say(_KEEP_IN_MIND)), own),
            *([escaped(caution.text)] if caution.text else []),
        ]
        more = [span(escaped(self._words.say(wording.MORE_CAUTIONS)), own)] if caution.more else []
        if not caution.items:
            yield paragraph(_SPACE.join(told + more), around)
            return
        yield paragraph(_SPACE.join(told), around)
        yield self._list(caution.items, start=caution.start)
        yield from map(paragraph, more)

    def _sections(self) -> Iterator[Markup]:
        for question, text in wording.sections(self._summary, self._words):
            yield heading(question, self._voices.own)
            yield from map(self._block, blocks_of(text))

    def _block(self, block: Block) -> Markup:
        if not block.items:
            return paragraph(escaped(block.text), self._voices.words(block.text))
        return self._list(block.items, start=block.start)

    def _paragraphs(self, text: str) -> Iterator[Markup]:
        if text:
            yield paragraph(escaped(text), self._voices.words(text))

    def _list(self, texts: tuple[str, ...], *, start: int = 0) -> Markup:
        voiced = [self._voices.words(text) for text in texts]
        # Where all run alike, the signs before them stand on the same side.
        if len(set(voiced)) == 1:
            around, apart = voiced[0], [Markup()] * len(voiced)
        else:
            around, apart = Markup(), voiced
        items = [
            item(escaped(text), attributes) for text, attributes in zip(texts, apart, strict=True)
        ]
        return numbered(items, start, around) if start else bullets(items, around)

    def _closing_parts(self) -> Iterator[Markup]:
        own, summary = self._voices.own, self._summary
        if summary.status is not Status.TAKEN_DOWN:
            if paper := one_line(summary.paper_title or ""):
                yield paragraph(escaped(self._words.say("Paper: %(title)s", title=paper)), own)
            if review := wording.review_line(summary, self._masthead):
                yield paragraph(escaped(review), own)
            yield from self._disclaimer()
        yield paragraph(APART.join(self._links()), own)

    def _facts_parts(self) -> Iterator[Markup]:
        """In whom, what kind of study, where, when: one line, in the order of the mail."""
        if self._summary.status is not Status.TAKEN_DOWN:
            yield paragraph(APART.join(self._known()), self._voices.own)

    def _known(self) -> Iterator[Markup]:
        badge, evidence = (
            badge_of(self._summary, self._masthead, self._voices),
            wording.evidence(self._summary, self._words),
        )
        if badge:
            yield badge
        if evidence:
            yield escaped(evidence if badge else wording.listed(evidence))
        if journal := self._summary.journal:
            yield span(escaped(journal), self._voices.quoted(journal))
        yield from map(escaped, wording.dates(self._entry, self._masthead))

    def _disclaimer(self) -> Iterator[Markup]:
        if own := wording.own_disclaimer(self._summary, self._masthead):
            yield from self._paragraphs(own)
        elif common := self._masthead.disclaimer:
            yield paragraph(escaped(common), self._voices.house(common))

    def _links(self) -> Iterator[Markup]:
        masthead, summary = self._masthead, self._summary
        if not wording.is_taken_back(summary):
            yield link(
                uri(urls.entry_link(masthead, self._entry)),
                escaped(self._words.say("Read the summary")),
            )
        for study in studies_of(summary, self._words):
            yield link(study.link, escaped(study.name))
        number = self._item.issue
        issue = self._words.say("Issue %(number)s", number=number)
        yield link(uri(masthead.site + urls.issue_page_name(number)), escaped(issue))
