"""The body of an issue's feed entry as HTML: its corrections, and links to its summaries. Pure."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.render import wording
from msnewsletter.render.corrections import advice_on, correction_views, corrections_title
from msnewsletter.render.feeds.elements import (
    APART,
    bullets,
    escaped,
    heading,
    item,
    joined,
    link,
    paragraph,
    span,
    strong,
)
from msnewsletter.render.feeds.entry_html import badge_of
from msnewsletter.render.feeds.voices import voices_of
from msnewsletter.render.xml_text import uri

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Entry, Issue, Masthead
    from msnewsletter.render.corrections import CorrectionRun, CorrectionView
    from msnewsletter.render.feeds.voices import Voices

# Headlines in a feed entry: a feed is read in full at every poll.
_HEADLINES = 100
_ROOM_OF_CORRECTIONS = 20_000  # characters of HTML, likewise
# None takes less than 200.
_CORRECTIONS = _ROOM_OF_CORRECTIONS // 200


def issue_body(masthead: Masthead, issue: Issue) -> str:
    """The corrections and headlines of an issue, each leading to its page."""
    voices = voices_of(masthead)
    return joined(_corrections(masthead, issue, voices), _contents(masthead, issue, voices))


def _contents(masthead: Masthead, issue: Issue, voices: Voices) -> Iterator[Markup]:
    shown = issue.entries[:_HEADLINES]
    if shown:
        yield bullets(_listed(masthead, entry) for entry in shown)
    words, count = words_in(masthead.words), len(issue.entries)
    more = words.say("The whole issue")
    if count > len(shown):
        more = words.say("All %(number)s in issue %(issue)s", number=count, issue=issue.number)
    address = uri(masthead.site + urls.issue_page_name(issue.number))
    yield paragraph(link(address, escaped(more)), voices.own)
    yield paragraph(escaped(masthead.disclaimer), voices.house(masthead.disclaimer))


def _listed(masthead: Masthead, entry: Entry) -> Markup:
    """The title of a summary, a link, and in whom the study was done."""
    words = words_in(masthead.words)
    voices, title = voices_of(masthead, entry.summary), wording.title(entry, words)
    address = uri(masthead.site + urls.page_name(entry))
    named = link(address, escaped(title), voices.words(title))
    badge = badge_of(entry.summary, masthead, voices)
    return item(named + APART + span(badge, voices.own) if badge else named)


def _corrections(masthead: Masthead, issue: Issue, voices: Voices) -> Iterator[Markup]:
    words = words_in(masthead.words)
    views = correction_views(masthead, issue.corrections[:_CORRECTIONS])
    title = corrections_title(masthead, issue.corrections)
    parts = [_correction(view, voices, below=title) for view in views]
    if not parts:
        return
    sizes = accumulate(map(len, parts))
    shown = max(1, sum(size <= _ROOM_OF_CORRECTIONS for size in sizes))
    yield heading(title, voices.own)
    if advice := advice_on(issue.corrections, words):
        yield paragraph(escaped(advice), voices.own)
    yield from parts[:shown]
    if left := len(issue.corrections) - shown:
        more = words.say_many(
            "%(number)s more correction in issue %(issue)s",
            "%(number)s more corrections in issue %(issue)s",
            left,
            issue=issue.number,
        )
        yield paragraph(escaped(more), voices.own)


def _correction(view: CorrectionView, voices: Voices, *, below: str) -> Markup:
    """A correction `below` a heading: what that says is not said again."""
    said = Markup().join(_run(run, view.url, voices) for run in view.runs)
    if view.label == below:
        return paragraph(said, voices.own)
    label = strong(escaped(f"{view.label}."))
    return paragraph(Markup(" ").join((label, said)), voices.own)


def _run(run: CorrectionRun, address: str, voices: Voices) -> Markup:
    said, attributes = escaped(run.text), voices.quoted(run.text) if run.quoted else Markup()
    return link(address, said, attributes) if run.linked else span(said, attributes)
