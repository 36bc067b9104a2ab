"""An issue's files as views show them: its line in an inbox, its feeds. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from lxml import html as lxml_html

from msnewsletter import urls
from msnewsletter.render.site.verify import ParsedEntry, read_feed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.model import Issue

# What clients show of a message beside its subject, in characters: a narrow phone's notice, and a
# wide window with long lines.
FEW, MANY = 40, 250
_FEED_LINES = 40
_BLOCKS = ("p", "li", "br", "blockquote", "div", "h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPH = "\N{PARAGRAPH SEPARATOR}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """An issue as a list of mails shows it, with its first words."""

    sender: str
    subject: str
    few_words: str
    many_words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLine(ParsedEntry):
    """An entry as a feed reader lists it, its text without markup; `new` if in this issue."""

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
        few_words=_cut(shown, FEW),
        many_words=_cut(shown, MANY),
    )


def _cut(text: str, most: int) -> str:
    """The text as clients cut it: anywhere, with an ellipsis."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def feed_lines(site: Mapping[str, bytes], name: str, issue: Issue) -> list[FeedLine]:
    """The entries of a feed as others read it; empty where the issue changes no feed."""
    data = site.get(urls.MAIN + name)
    if data is None:
        return []
    new = {entry.id for entry in issue.entries}
    return [
        FeedLine(**{**asdict(entry), "text": plain_text(entry.text)}, new=entry.id in new)
        for entry in read_feed(name, data)[:_FEED_LINES]
    ]


def plain_text(markup: str) -> str:
    """The words of a feed's HTML, each of its paragraphs and list items on a line of its own."""
    if not markup.strip():
        return ""
    body = lxml_html.fromstring(f"<div>{markup}</div>")
    for block in body.iter(*_BLOCKS):
        block.text = _PARAGRAPH + (block.text or "")
        block.tail = _PARAGRAPH + (block.tail or "")
    lines = (" ".join(line.split()) for line in "".join(body.itertext()).split(_PARAGRAPH))
    return "\n".join(filter(None, lines))
