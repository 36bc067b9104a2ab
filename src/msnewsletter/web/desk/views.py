"""An issue's files as views show them: its line in an inbox, its feeds. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from lxml import html as lxml_html

from msnewsletter import urls

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue

# What Gmail and Apple's Mail show of a message beside its subject, in characters.
_FIRST_WORDS = 110
_FEED_LINES = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """An issue as a phone's lock screen or a list of mails shows it."""

    sender: str
    subject: str
    first_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine:
    """An entry as a feed reader lists it; `new` if it comes with this issue."""

    id: str
    title: str
    link: str
    published: str
    updated: str
    text: str
    new: bool


def inbox(files: Mapping[str, bytes], edition: str = "digest") -> Inbox:
    """Read from the message itself."""
    message = message_from_bytes(files[f"{edition}.eml"], policy=policy.default)
    body = lxml_html.fromstring(files[f"{edition}.html"]).find("body")
    shown = " ".join(" ".join(body.itertext()).split()) if body is not None else ""
    sender = message["From"].addresses[0]
    return Inbox(
        sender=sender.display_name or sender.addr_spec,
        subject=str(message["Subject"]),
        first_words=shown[:_FIRST_WORDS],
    )


def feed_lines(site: Mapping[str, bytes], name: str, issue: Issue) -> list[FeedLine]:
    """The entries of a feed as others read it; empty where the issue changes no feed."""
    data = site.get(urls.MAIN + name)
    if data is None:
        return []
    new = {entry.id for entry in issue.entries}
    lines = _from_json(data) if name.endswith(".json") else _from_xml(data)
    return [FeedLine(**line, new=line["id"] in new) for line in lines[:_FEED_LINES]]


def _from_json(data: bytes) -> list[dict[str, str]]:
    return [
        {
            "id": line["id"],
            "title": line.get("title", ""),
            "link": line.get("url", ""),
            "published": line.get("date_published", ""),
            "updated": line.get("date_modified", ""),
            "text": line.get("summary") or line.get("content_text", ""),
        }
        for line in json.loads(data)["items"]
    ]


def _from_xml(data: bytes) -> list[dict[str, str]]:
    import feedparser  # noqa: PLC0415  (a slow import, for one view)

    return [
        {
            "id": line.get("id", ""),
            "title": line.get("title", ""),
            "link": line.get("link", ""),
            "published": line.get("published", ""),
            "updated": line.get("updated", ""),
            "text": _plain(line.get("summary", "")),
        }
        for line in feedparser.parse(data).entries
    ]


def _plain(markup: str) -> str:
    if not markup.strip():
        return ""
    return " ".join(" ".join(lxml_html.fromstring(f"<div>{markup}</div>").itertext()).split())
