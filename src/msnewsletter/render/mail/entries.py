"""One entry as the mail shows it: whole, in short, or as a linked headline.

Owns what is said of an entry, in what order and how much of it. Writes no markup.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.issue.teaser import HEADLINE_LIMIT, news_in
from msnewsletter.render import sentences, wording
from msnewsletter.render.cautions import LIMIT, NO_CAUTION, Caution, caution_of
from msnewsletter.render.glance import glance
from msnewsletter.render.languages import words_of
from msnewsletter.render.mail.inbox import topics_of
from msnewsletter.render.mail.shortening import Detail
from msnewsletter.render.review_lines import common_review
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import uri
from msnewsletter.text_blocks import Block, first_points
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import whole_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

    from msnewsletter.model import Entry, Issue, Masthead, Summary

# The words of links that every mail has.
WEB, RSS, ATOM = to_say("Read on the web"), to_say("RSS feed"), to_say("Atom feed")
# Characters; the mail shows longer findings in short.
_FOUND_LIMIT = 20_000
# Characters of a journal's name; two lines on a phone. The web page has all of it.
_JOURNAL_LIMIT = 60
# Of what was found, in short: two or three sentences.
_SHORT_SENTENCES, _SHORT_LIMIT = 3, 170
# Of its caution then.
_SHORT_CAUTION = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An absolute ASCII URL and the words that lead there."""

    url: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A piece of the line above a headline; `own`: in the newsletter's words."""

    text: str
    own: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MailEntry:
    """One entry as the mail shows it.

    Attributes:
        detail: how much of all this is shown; what is not is empty.
        lang: the attribute for its words where they are in a language of their own.
        badge: in whom or what the study was done, or empty.
        facts: kind of study, journal, date, lateness.
        headline: one line, cut where it is very long; unlike any other in the mail.
        url: of the whole summary.
        found: what was found, all of it or its first sentences.
        caution: in short.
        studies: the study itself, by DOI and at PubMed.
        review: who wrote and who checked it; empty where the mail's end says it.
        disclaimer: its own, in place of the newsletter's; mostly empty.
    """

    detail: Detail
    lang: Markup
    badge: str
    headline: str
    url: str
    review: str
    facts: tuple[Fact, ...] = ()
    found: tuple[Block, ...] = ()
    caution: Caution = NO_CAUTION
    studies: tuple[Link, ...] = ()
    disclaimer: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether all of what was found is shown."""
        return self.detail is Detail.WHOLE

    @property
    def texts(self) -> tuple[str, ...]:
        """All of its words that are read, in order."""
        return (
            self.badge,
            *(fact.text for fact in self.facts),
            self.headline,
            *(text for block in self.found for text in block.texts),
            *self.caution.texts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidOnce:
    """What the mail says once for all entries, so that none repeats it.

    Attributes:
        review: the line on writing and checking that the most entries have; empty: none has it.
        reviews: how many entries have each line.
        disclaimers: those of their own that several entries have.
        glance: in whom the studies were done.
        topics: a few that they are about.
        year: of the issue.
        shown: the entries that a view of the issue has shown, by position, detail and headline: the
            next view of it, with less of some, has most of them again.
    """

    review: str
    reviews: Counter[str]
    disclaimers: tuple[str, ...]
    glance: str
    topics: tuple[str, ...]
    year: int
    shown: dict[tuple[int, Detail, str], MailEntry] = field(default_factory=dict)


def said_once(issue: Issue) -> SaidOnce:
    """What the mail of an issue says once."""
    masthead, summaries = issue.masthead, [entry.summary for entry in issue.entries]
    reviews = Counter(wording.review_line(one, masthead) for one in summaries)
    own = Counter(wording.own_disclaimer(one, masthead) for one in summaries)
    return SaidOnce(
        review=common_review(reviews),
        reviews=reviews,
        disclaimers=tuple(text for text, count in own.items() if text and count > 1),
        glance=glance(issue),
        topics=topics_of(issue),
        year=issue.cutoff.astimezone(masthead.time_zone).year,
    )


def entries_of(issue: Issue, chosen: Sequence[Detail], once: SaidOnce) -> tuple[MailEntry, ...]:
    """The issue's entries with these details, but for those that are out."""
    shown = [
        (entry, _detail_of(entry, detail))
        for entry, detail in zip(issue.entries, chosen, strict=True)
        if detail is not Detail.OUT
    ]
    words = words_in(issue.masthead.words)
    names = sentences.made_unique(
        (cut(_name(entry.summary, detail)) for entry, detail in shown),
        beside=(
            *own_links(issue.masthead),
            *(one.label for entry, _ in shown for one in studies_of(entry.summary, words)),
        ),
    )
    found = []
    for (entry, detail), name in zip(shown, names, strict=True):
        known = (entry.position, detail, name)
        if known not in once.shown:
            once.shown[known] = _entry(entry, issue.masthead, detail, name, once)
        found.append(once.shown[known])
    return tuple(found)


def own_links(masthead: Masthead) -> tuple[str, ...]:
    """The words of the mail's own links: no headline may say the same, and lead elsewhere."""
    words = words_in(masthead.words)
    return (
        words.say("Unsubscribe"),
        words.say("Unsubscribe from %(title)s", title=masthead.title),
        masthead.unsubscribe_address,
        *map(words.say, (WEB, RSS, ATOM)),
    )


def cut(line: str) -> str:
    """A line as long as a headline may be in the mail."""
    return shorten(line, limit=HEADLINE_LIMIT)


def _entry(
    entry: Entry, masthead: Masthead, detail: Detail, headline: str, once: SaidOnce
) -> MailEntry:
    summary = entry.summary
    review = wording.review_line(summary, masthead)
    line = MailEntry(
        detail=detail,
        lang=words_of(summary, masthead),
        badge=cut(wording.badge(summary, masthead)),
        headline=headline,
        url=uri(urls.entry_link(masthead, entry)),
        review=review if review != once.review else "",
    )
    return line if detail is Detail.LINE else _with_texts(line, entry, masthead, once)


def _with_texts(line: MailEntry, entry: Entry, masthead: Masthead, once: SaidOnce) -> MailEntry:
    summary, whole, words = entry.summary, line.is_whole, words_in(masthead.words)
    own = wording.own_disclaimer(summary, masthead)
    return replace(
        line,
        facts=tuple(_facts(entry, masthead, once.year)),
        found=news_in(summary.found, summary) if whole else _short_found(summary),
        caution=caution_of(summary, limit=LIMIT if whole else _SHORT_CAUTION),
        studies=tuple(Link(url=one.link, text=one.label) for one in studies_of(summary, words)),
        disclaimer="" if own in once.disclaimers else own,
    )


def _facts(entry: Entry, masthead: Masthead, year: int) -> Iterable[Fact]:
    summary, words = entry.summary, words_in(masthead.words)
    evidence = wording.evidence(summary, words)
    if evidence:
        yield Fact(text=evidence, own=True)
    if summary.journal:
        yield Fact(text=shorten(summary.journal, limit=_JOURNAL_LIMIT))
    yield Fact(text=wording.dated(entry, masthead, within=year), own=True)
    if entry.late:
        yield Fact(text=words.say(wording.ADDED_LATE), own=True)


def _short_found(summary: Summary) -> tuple[Block, ...]:
    """The first sentences of what was found that are not the headline again, or first points."""
    news = news_in(summary.found, summary)
    if not news:
        return ()
    first = news[0]
    if not first.items:
        text = whole_sentences(first.text, least=2, most=_SHORT_SENTENCES, limit=_SHORT_LIMIT)
        return (Block(text=text),)
    return (first_points(first, limit=_SHORT_LIMIT, longest=2 * _SHORT_LIMIT),)


def _name(summary: Summary, detail: Detail) -> str:
    """A line shows the short title, if there is one; the others the headline."""
    return wording.listed_name(summary) if detail is Detail.LINE else summary.headline


def _detail_of(entry: Entry, detail: Detail) -> Detail:
    """The detail, or less: findings as long as half a mail would cost all others theirs."""
    too_long = detail is Detail.WHOLE and len(entry.summary.found) > _FOUND_LIMIT
    return Detail.SHORT if too_long else detail
