"""The body of a feed entry as HTML: paragraphs, headings and absolute links only. Pure.

Readers differ in what they show, so the body alone says everything that must be seen: what became
of the summary, one caution, the disclaimer, who checked it.
"""

from __future__ import annotations

import html
from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter import urls
from msnewsletter.model import Status
from msnewsletter.render import wording
from msnewsletter.render.cautions import caution_of
from msnewsletter.render.corrections import correction_views
from msnewsletter.render.sentences import counted
from msnewsletter.render.studies import studies_of
from msnewsletter.render.xml_text import uri
from msnewsletter.text_blocks import blocks_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.model import Entry, Issue, Masthead, Summary
    from msnewsletter.render.corrections import CorrectionView
    from msnewsletter.render.feeds.items import FeedItem
    from msnewsletter.text_blocks import Block


_PARAGRAPH = Markup("<p>{}</p>")
_HEADING = Markup("<h2>{}</h2>")
_STRONG = Markup("<p><strong>{}</strong></p>")
_CAUTION = Markup("<p><strong>Keep in mind:</strong> {}</p>")
_BULLETS = Markup("<ul>\n{}\n</ul>")
_NUMBERED = Markup('<ol start="{}">\n{}\n</ol>')
_LINK = Markup('<a href="{}">{}</a>')
_APART = Markup(" · ")
# Headlines in a feed entry: a feed is read in full at every poll.
_HEADLINES = 100
_ROOM_OF_CORRECTIONS = 20_000  # characters of HTML, likewise
# None takes less than 200.
_CORRECTIONS = _ROOM_OF_CORRECTIONS // 200


def short(masthead: Masthead, item: FeedItem) -> str:
    """The teaser, one caution, and what every entry must say."""
    return _entry(masthead, item, _caution(item.entry.summary))


def full(masthead: Masthead, item: FeedItem) -> str:
    """The teaser first, then the full text."""
    return _entry(masthead, item, _sections(item.entry.summary))


def issue(masthead: Masthead, issue: Issue) -> str:
    """The corrections and headlines of an issue, each leading to its page."""
    lines = [_list_item(masthead, entry) for entry in issue.entries[:_HEADLINES]]
    left = len(issue.entries) - len(lines)
    link = uri(masthead.site + urls.issue_page_name(issue.number))
    more = f"All {len(issue.entries)} in issue {issue.number}" if left else "The whole issue"
    parts = [Markup("<ul>\n{}\n</ul>").format(Markup("\n").join(lines))] if lines else []
    parts.append(_PARAGRAPH.format(_LINK.format(link, more)))
    parts.append(_PARAGRAPH.format(_text(masthead.disclaimer)))
    return _join(_corrections(masthead, issue), parts)


def _corrections(masthead: Masthead, issue: Issue) -> list[Markup]:
    corrections = issue.corrections[:_CORRECTIONS]
    parts = [_correction(view) for view in correction_views(masthead, corrections)]
    if not parts:
        return []
    sizes = accumulate(map(len, parts))
    shown = max(1, sum(size <= _ROOM_OF_CORRECTIONS for size in sizes))
    told = [_HEADING.format(wording.corrections_title(len(issue.corrections))), *parts[:shown]]
    if left := len(issue.corrections) - shown:
        more = f"{counted(left, 'more correction')} in issue {issue.number}"
        told.append(_PARAGRAPH.format(more))
    return told


def _correction(view: CorrectionView) -> Markup:
    label = Markup("<strong>{}.</strong>").format(_text(view.label))
    return _PARAGRAPH.format(
        Markup(" ").join((label, _text(view.text), _LINK.format(view.url, _text(view.link))))
    )


def _list_item(masthead: Masthead, entry: Entry) -> Markup:
    link = uri(masthead.site + urls.page_name(entry))
    facts = _text(wording.badge(entry.summary, masthead))
    title = _LINK.format(link, _text(wording.title(entry)))
    return Markup("<li>{}{}</li>").format(title, _APART + facts if facts else "")


def _entry(masthead: Masthead, item: FeedItem, texts: Iterable[Markup]) -> str:
    entry = item.entry
    notice = wording.notice(entry.summary)
    opening = [_STRONG.format(_text(notice))] if notice else []
    # Taken back: the notice replaces the text, under the same id.
    if wording.is_taken_back(entry.summary):
        texts = ()
    else:
        teaser = wording.teaser(entry, masthead)
        opening += [_PARAGRAPH.format(_text(teaser))] if teaser else []
    return _join(opening, texts, _closing(masthead, item))


def _caution(summary: Summary) -> list[Markup]:
    caution = caution_of(summary)
    if not caution:
        return []
    more = f" {wording.MORE_CAUTIONS}" if caution.more else ""
    if not caution.items:
        return [_CAUTION.format(_text(caution.text) + more)]
    opening = [_CAUTION.format(_text(caution.text)), _list(caution.items)]
    return [*opening, *([_PARAGRAPH.format(more.strip())] if more else [])]


def _sections(summary: Summary) -> Iterator[Markup]:
    for question, text in wording.sections(summary):
        yield _HEADING.format(question)
        yield from map(_block, blocks_of(text))


def _block(block: Block) -> Markup:
    if not block.items:
        return _PARAGRAPH.format(_text(block.text))
    return _list(block.items, start=block.start)


def _list(items: Iterable[str], *, start: int = 0) -> Markup:
    points = Markup("\n").join(Markup("<li>{}</li>").format(_text(item)) for item in items)
    return _NUMBERED.format(start, points) if start else _BULLETS.format(points)


def _closing(masthead: Masthead, item: FeedItem) -> list[Markup]:
    entry, summary = item.entry, item.entry.summary
    facts = (*wording.dateline(entry, masthead), wording.badge(summary, masthead))
    anchors = [_LINK.format(study.link, study.name) for study in studies_of(summary)]
    if not wording.is_taken_back(summary):
        link = uri(urls.entry_link(masthead, entry))
        anchors.insert(0, _LINK.format(link, "Read the summary"))
    issue_link = uri(masthead.site + urls.issue_page_name(item.issue))
    anchors.append(_LINK.format(issue_link, f"Issue {item.issue}"))
    if summary.status is Status.TAKEN_DOWN:
        return [_PARAGRAPH.format(_APART.join(anchors))]
    lines = [
        _APART.join(_text(fact) for fact in facts if fact),
        _text(wording.review_line(summary, masthead)),
        _text(wording.disclaimer(summary, masthead)),
        _APART.join(anchors),
    ]
    return [_PARAGRAPH.format(line) for line in lines if line]


def _text(text: str) -> Markup:
    # Between tags quotes need no escape, and some readers show escapes as they are.
    return Markup(html.escape(text, quote=False))  # noqa: S704  (escaped right here)


def _join(*groups: Iterable[Markup]) -> str:
    return "\n".join(part for group in groups for part in group)
