"""Every view of a newsletter as its readers see it: mail, pages, feeds, the door, its letters."""

from __future__ import annotations

import json
import re
from dataclasses import fields, replace
from datetime import date
from email import message_from_bytes, policy
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree, html

from catalogues.german_issue import (
    ANNOUNCED,
    ARCHIVED,
    FIRST,
    GLOSSARY,
    GONE,
    ISSUE,
    LARGE,
    MASTHEAD,
    ONLY_CORRECTIONS,
    entry_of,
    in_words,
)
from msnewsletter import urls
from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render.corrections import SummaryHistory
from msnewsletter.render.door.door_pages import DoorMessage, DoorPages, FormFill, consent_words
from msnewsletter.render.door.letter_message import LetterHeaders, letter_message
from msnewsletter.render.feeds.items import FeedItem
from msnewsletter.render.feeds.render import render_feeds
from msnewsletter.render.feeds.view import feed_views, issues_view, tag_view
from msnewsletter.render.mail.render import render_editions
from msnewsletter.render.site.index_pages import SitePages
from msnewsletter.render.site.issue_pages import (
    NONE_AROUND,
    IssuesAround,
    render_issue_page,
    render_pages,
)
from msnewsletter.render.site.related import RelatedCandidates
from msnewsletter.subscribers.door_rules import DoorLetter, DoorRequestKind
from msnewsletter.subscribers.subscriber import SubscribedEdition
from msnewsletter.web.public import door_messages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.model import Issue, Masthead

# Attributes that are read, to people or by them.
_READ = ("aria-label", "title", "alt", "placeholder")


@cache
def templates() -> Mapping[str, str]:
    """The program's own templates."""
    return load_templates(Home(packaged_home() / "nowhere"))


def files_of(words: str) -> dict[str, bytes]:
    """Every file that readers get of the German newsletter, with its own words from a catalogue."""
    return dict(_files(words))


def seen_in(name: str, data: bytes) -> str:
    """What a file shows or tells a reader, without markup."""
    if name.endswith(".eml"):
        return " ".join(_in_message(data))
    if name.endswith(".json"):
        return " ".join(_in_json(json.loads(data)))
    if name.endswith(".xml"):
        return " ".join(_in_feed(data))
    if name.endswith(".txt"):
        return data.decode()
    return " ".join(_in_html(data.decode()))


def _files(words: str) -> Iterator[tuple[str, bytes]]:
    masthead = replace(MASTHEAD, words=words)
    issues = [in_words(one, words) for one in (ISSUE, FIRST, ONLY_CORRECTIONS, LARGE)]
    for issue in issues:
        yield from _mail(issue)
    yield from _pages(masthead, *issues)
    yield from _feeds(masthead, *issues)
    yield from _door(masthead)


def _mail(issue: Issue) -> Iterator[tuple[str, bytes]]:
    for edition, mail in render_editions(issue, templates()).items():
        name = f"mail/{issue.number}-{edition}"
        yield f"{name}.html", mail.html
        yield f"{name}.txt", mail.text
        yield f"{name}.eml", mail.eml


def _pages(
    masthead: Masthead, issue: Issue, first: Issue, corrections: Issue, large: Issue
) -> Iterator[tuple[str, bytes]]:
    histories = {one.id: SummaryHistory(announced=ANNOUNCED[:2]) for one in issue.entries}
    around = IssuesAround(previous=ARCHIVED[1], following=ARCHIVED[0])
    candidates = {
        one.id: RelatedCandidates(sharing=issue.entries, newest=first.entries)
        for one in issue.entries
    }
    pages = render_pages(
        replace(issue, entries=(*issue.entries, entry_of(GONE, 99))),
        templates(),
        glossary=GLOSSARY,
        candidates=candidates,
        histories=histories,
        around=around,
    )
    for one in (corrections, large):
        shown = replace(one, entries=one.entries[:160])
        pages |= render_issue_page(shown, templates(), around=NONE_AROUND)
    site = SitePages(masthead, templates(), glossary=GLOSSARY)
    pages |= site.fixed({"schlaf": "Schlaf", "bewegung": "Bewegung"}, counts={"schlaf": 2})
    pages |= {
        "home.html": site.home([issue, first, large, corrections]),
        "home-empty.html": site.home([]),
        "latest.html": site.latest(7),
        "archive.html": site.archive(
            urls.ARCHIVE, ARCHIVED, chunk=2, leading={7: issue.entries[4]}
        ),
        "archive-old.html": site.archive("archive/1.html", ARCHIVED, chunk=1),
        "ledger.html": site.ledger(urls.CORRECTIONS, ANNOUNCED, chunk=2),
        "ledger-old.html": site.ledger("corrections/1.html", (), chunk=2),
        "ledger-none.html": site.ledger(urls.CORRECTIONS, (), chunk=1),
        "ledger-oldest.html": site.ledger("corrections/1.html", (), chunk=1),
        "tag.html": site.tag("schlaf", "Schlaf", issue.entries, count=30),
        "tag-all.html": site.tag("schlaf", "Schlaf", issue.entries[:1]),
        "topics-none.html": SitePages(masthead, templates()).fixed({})[urls.TOPICS],
    }
    for by in ("people", "ai and people"):
        other = SitePages(replace(masthead, written_by=by), templates())  # type: ignore[arg-type]
        pages[f"about-{by}.html"] = other.fixed({})[urls.ABOUT]
    yield from ((f"site/{name}", data) for name, data in pages.items() if name.endswith(".html"))


def _feeds(
    masthead: Masthead, issue: Issue, first: Issue, corrections: Issue, large: Issue
) -> Iterator[tuple[str, bytes]]:
    gone = entry_of(GONE, 99)
    items = [FeedItem(entry=one, issue=7) for one in (*issue.entries, gone)]
    views = (
        *feed_views(masthead, items, updated=issue.cutoff),
        tag_view(masthead, "Schlaf", items, updated=issue.cutoff),
        issues_view(masthead, (issue, first, corrections, large), updated=issue.cutoff),
    )
    yield from ((f"feeds/{name}", data) for name, data in render_feeds(*views).items())


def _door(masthead: Masthead) -> Iterator[tuple[str, bytes]]:
    words = consent_words(masthead, None)
    door = DoorPages(masthead, words, privacy="https://example.org/p", templates=templates())
    pages = {
        "sign-up": door.sign_up(form="f"),
        "wrong": door.sign_up(form="f", fill=FormFill(problem=door_messages.MANY)),
        "link": door.ask_for_link(form="f"),
        "confirm": door.confirm("t"),
        "paused": door.preferences(
            "t", edition=SubscribedEdition.FULL, paused_until=date(2027, 2, 3), saved=True
        ),
        "preferences": door.preferences("t", edition=SubscribedEdition.FULL, paused_until=None),
        "unsubscribe": door.unsubscribe("t"),
        "left": door.message(door_messages.left(back="t", again=True)),
        "left-again": door.message(door_messages.left(again=True)),
        **{f"asked-{kind}": door.message(door_messages.ASKED[kind]) for kind in DoorRequestKind},
        **{
            f"message-{name}": door.message(said)
            for name, said in vars(door_messages).items()
            if isinstance(said, DoorMessage)
        },
        **{
            f"problem-{name}": door.ask_for_link(form="f", fill=FormFill(problem=said))
            for name, said in vars(door_messages).items()
            if name.isupper()
            and isinstance(said, str)
            and not name.startswith("_")
            and "%" not in said
        },
    }
    yield from ((f"door/{name}.html", data) for name, data in pages.items())
    headers = LetterHeaders(to="ada@example.org", date=ISSUE.cutoff, unique="1a2b")
    for letter in DoorLetter:
        yield (
            f"door/letter-{letter}.eml",
            letter_message(
                letter,
                headers,
                link="https://ms-notizen.example/confirm/x",
                masthead=masthead,
                templates=templates(),
            ),
        )


def _in_message(data: bytes) -> Iterator[str]:
    message = message_from_bytes(data, policy=policy.default)
    for name in ("Subject", "List-Id"):
        yield str(message[name] or "")
    for part in message.iter_parts():
        text = part.get_content()
        yield from _in_html(text) if part.get_content_subtype() == "html" else [text]


def _in_json(value: Any) -> Iterator[str]:
    for key, one in value.items():
        if key in {"title", "summary", "description"}:
            yield one
        elif key == "content_html":
            yield from _in_html(one)
        elif key == "items":
            for item in one:
                yield from _in_json(item)


def _in_feed(data: bytes) -> Iterator[str]:
    root = etree.fromstring(data)
    for element in root.iter(etree.Element):
        name = etree.QName(element).localname
        if name in {"title", "p", "a"}:
            yield " ".join(element.itertext())
        elif name in {"description", "summary", "content", "encoded", "subtitle"}:
            yield from _in_html(element.text or " ")
        yield element.get("title") or ""


def _in_html(text: str) -> Iterator[str]:
    root = html.fromstring(text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for element in root.iter(etree.Element):
        if element.tag not in {"script", "style"}:
            yield from filter(None, (element.text, *(element.get(name) for name in _READ)))
        if element.tag == "meta" and element.get("name", element.get("property", "")).endswith(
            ("description", "title", "alt")
        ):
            yield element.get("content", "")
        yield element.tail or ""


WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def words_of(text: str) -> set[str]:
    """The words of a text, in lower case; none of an address."""
    plain = re.sub(r"\S+@\S+|https?://\S+|\S+\.(?:xml|html|json)\b", " ", text)
    return {word.casefold() for word in WORD.findall(plain)}


def words_of_data() -> set[str]:
    """The words that are the editor's: of the newsletter, its summaries, its glossary."""
    texts = [repr(getattr(MASTHEAD, one.name)) for one in fields(MASTHEAD) if one.name != "words"]
    texts += [repr(one) for one in (*ISSUE.entries, *LARGE.entries[:1], GONE)]
    texts += [repr(one) for one in (*ISSUE.corrections, GLOSSARY, ISSUE.note)]
    return {word for text in texts for word in words_of(text.replace("\\n", " "))}
