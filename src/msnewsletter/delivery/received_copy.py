"""A mail as it was received, compared with the mail that was frozen, part by part. Pure.

That a part has another encoding is no difference: relays may choose it. What a reader sees or is
led to, and the headers that lists rest on, must be the same.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lxml import etree
from lxml import html as lxml_html

from msnewsletter.delivery.inbound.bounded_message import decoded_header, parse_bounded
from msnewsletter.errors import printable
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.delivery.inbound.bounded_message import BoundedMessage

# Those that readers see, and that providers rest on.
_HEADERS: Final = {
    "from": "From",
    "reply-to": "Reply-To",
    "subject": "Subject",
    "list-id": "List-Id",
    "list-unsubscribe": "List-Unsubscribe",
    "list-unsubscribe-post": "List-Unsubscribe-Post",
    "list-archive": "List-Archive",
    "archived-at": "Archived-At",
    "precedence": "Precedence",
    "content-language": "Content-Language",
}
_READ: Final = {"from", "reply-to", "subject"}  # encoded words in them may be chosen anew
_FIELD: Final = re.compile(r"%%(ADDRESS|MESSAGE_ID|TOKEN)-[0-9a-f]{8}%%")
# What a signed token may hold; see subscribers/tokens.py.
_TOKEN: Final = r"[A-Za-z0-9_.~-]{8,200}"  # noqa: S105  (a pattern)
_ADDRESS: Final = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")
_URL: Final = re.compile(r"https?://[^\s<>\"]+")
_SHOWN: Final = 60  # characters of a text that is quoted
_IN_TEXT: Final = {"text/plain": "the plain text", "text/html": "the HTML"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyLine:
    """What is said of one thing: whether it is well, and a sentence."""

    ok: bool
    says: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a part shows and leads to, the reader's own values replaced by the fields' names."""

    text: str
    links: tuple[str, ...] = ()
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Own:
    """The reader's own values in a received copy."""

    token: str = field(repr=False)
    address: str = field(repr=False)

    def hidden(self, text: str) -> str:
        """A text with the names of the fields in their places."""
        for value, name in ((self.token, "TOKEN"), (self.address, "ADDRESS")):
            if value:
                text = text.replace(value, name)
        return text


def compare_copy(frozen: bytes, received: bytes) -> tuple[CopyLine, ...]:
    """What differs between a merge message and a received copy; one line says that nothing does.

    Raises ValueError where either is no mail.
    """
    ours, theirs = parse_bounded(frozen), parse_bounded(received)
    if not any(part.text.strip() for part in theirs.parts):
        raise ValueError("it holds no text")
    own = _own(ours, theirs)
    found = [*_headers(ours, theirs, own), *_parts(ours, theirs, own)]
    if not any(not one.ok for one in found):
        found.insert(0, CopyLine(ok=True, says="it says what was sent, and leads where that led"))
    return tuple(found)


def _own(ours: BoundedMessage, theirs: BoundedMessage) -> _Own:
    where = " ".join([theirs.first("list-unsubscribe"), *(part.text for part in theirs.parts)])
    before = _URL.search(_plain(ours.first("list-unsubscribe")))
    prefix = before[0].partition("TOKEN")[0] if before else ""
    token = re.search(re.escape(prefix) + f"({_TOKEN})", where) if prefix else None
    address = _ADDRESS.search(theirs.first("to"))
    return _Own(token=token[1] if token else "", address=address[0] if address else "")


def _plain(text: str) -> str:
    """A frozen text with the names of its fields in the place of each."""
    return _FIELD.sub(lambda found: found[1], text)


def _headers(ours: BoundedMessage, theirs: BoundedMessage, own: _Own) -> Iterator[CopyLine]:
    for name, shown in _HEADERS.items():
        sent, came = ours.headers.get(name, ()), theirs.headers.get(name, ())
        if sent and not came:
            yield CopyLine(ok=False, says=f"the header {shown} was removed")
        elif came and not sent:
            yield CopyLine(ok=False, says=f"the header {shown} was added")
        elif [_value(name, _plain(one)) for one in sent] != [
            _value(name, own.hidden(one)) for one in came
        ]:
            instead = f": {_quoted(decoded_header(came[0]))}" if name == "subject" else ""
            yield CopyLine(ok=False, says=f"the header {shown} was changed{instead}")
    # Amazon SES sets both anew ("Amazon SES header fields" in its documentation).
    if "".join(ours.first("date").split()) != "".join(theirs.first("date").split()):
        yield CopyLine(ok=True, says="Date was set anew, as some providers do: harmless")
    domain = ours.first("message-id").rpartition("@")[2]
    if theirs.first("message-id").rpartition("@")[2] != domain:
        says = "Message-ID was replaced, as some providers do; readers do not notice"
        yield CopyLine(ok=True, says=says)


def _value(name: str, value: str) -> str:
    return "".join((decoded_header(value) if name in _READ else value).split())


def _parts(ours: BoundedMessage, theirs: BoundedMessage, own: _Own) -> Iterator[CopyLine]:
    sent = {part.kind: part.text for part in ours.parts}
    came: dict[str, str] = {}
    for part in theirs.parts:
        came.setdefault(part.kind, part.text)
    for kind, text in sent.items():
        name = _IN_TEXT.get(kind, kind)
        if kind not in came:
            yield CopyLine(ok=False, says=f"{name} was removed")
            continue
        before = _seen(kind, _plain(text))
        yield from _differences(name, before, _seen(kind, own.hidden(came[kind])))
    for kind, number in (Counter(part.kind for part in theirs.parts) - Counter(list(sent))).items():
        what = "a part was" if number == 1 else f"{number} parts were"
        says = f"{what} added, of the type {printable(kind)}"
        yield CopyLine(ok=False, says=says)


def _seen(kind: str, text: str) -> _Seen:
    if kind != "text/html":
        return _Seen(" ".join(_URL.sub(" ", text).split()), tuple(_URL.findall(text)))
    try:
        page = lxml_html.fromstring(text)
    except (etree.ParserError, ValueError):
        return _Seen("")
    for one in page.xpath("//style|//script|//title|//comment()"):
        one.drop_tree()
    links = tuple(str(one).strip() for one in page.xpath("//a/@href"))
    images = tuple(str(one).strip() for one in page.xpath("//img/@src|//@background"))
    return _Seen(" ".join(page.itertext()), links, images)


def _differences(name: str, before: _Seen, after: _Seen) -> Iterator[CopyLine]:
    if added := list((Counter(after.images) - Counter(before.images)).elements()):
        what = "an image was" if len(added) == 1 else f"{len(added)} images were"
        says = f"in {name}, {what} added ({_host(added[0])}): it tells who reads; turn off tracking"
        yield CopyLine(ok=False, says=f"{says} of opens")
    gone = list((Counter(before.links) - Counter(after.links)).elements())
    new = list((Counter(after.links) - Counter(before.links)).elements())
    if gone and new:
        says = f"in {name}, {len(gone)} of {len(before.links)} links lead elsewhere, e.g. to "
        yield CopyLine(ok=False, says=f"{says}{_host(new[0])}: turn off tracking of clicks")
    elif gone:
        what = "a link was" if len(gone) == 1 else f"{len(gone)} links were"
        yield CopyLine(ok=False, says=f"in {name}, {what} removed")
    elif new:
        what = "a link was" if len(new) == 1 else f"{len(new)} links were"
        says = f"in {name}, {what} added, e.g. to {_host(new[0])}"
        yield CopyLine(ok=False, says=says)
    old_words, words = before.text.split(), after.text.split()
    if old_words != words:
        pairs = zip(old_words, words, strict=False)
        same = next(
            (place for place, (one, other) in enumerate(pairs) if one != other),
            min(len(old_words), len(words)),
        )
        there = _quoted(" ".join(words[same : same + 12])) if words[same:] else "it ends early"
        yield CopyLine(ok=False, says=f"in {name}, the text was changed, from here on: {there}")


def _host(address: str) -> str:
    """An address without what may tell who reads."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "an address that is none"
    host = (parts.hostname or "").partition(":")[0]
    return printable(f"{parts.scheme}://{host}/…")[:_SHOWN] if host else f"{parts.scheme[:20]}:…"


def _quoted(text: str) -> str:
    shown = printable(without_addresses(" ".join(text.split())))
    return repr(shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…")
