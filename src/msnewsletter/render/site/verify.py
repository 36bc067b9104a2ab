"""Reads our own site as others will, before any of it is replaced. Pure but for what is asked.

Parses RSS and Atom with feedparser and JSON Feed as JSON, and names the difference in one line.
Writes nothing and opens no file: the caller gives what is on the disk.
"""

from __future__ import annotations

import html
import json
import posixpath
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag, urlsplit

from lxml import etree
from lxml import html as lxml_html

from msnewsletter import urls
from msnewsletter.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping
    from time import struct_time

_REMEDY = "nothing of the feeds was changed; correct the template or the setting, and run again"
_SHOWN = 80
# Texts in which entities hide each other deeper than this are no texts.
_ROUNDS = 50
_AMPERSANDS = re.compile(r"&(?:(?:amp|#0*38|#x0*26);)+", re.IGNORECASE)
_MISREAD = re.compile("[\x80-\xff]+")


class DeadLinkError(RefusedError):
    """A link to our own site leads to no file of it: `link`, as it is written."""

    def __init__(self, place: str, link: str) -> None:
        super().__init__(place, f"its link {_short(link)} leads nowhere", _REMEDY)
        self.link = link


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedEntry:
    """One entry as a feed reader gets it: its text is HTML."""

    id: str
    title: str
    link: str
    published: datetime | None
    updated: datetime | None
    text: str


def read_feed(name: str, data: bytes) -> list[ParsedEntry]:
    """The entries of an RSS, Atom or JSON feed; raises RefusedError where no reader can read it."""
    if name.endswith(".json"):
        return [_json_entry(item) for item in json.loads(data)["items"]]
    import feedparser  # noqa: PLC0415  (a tenth of a second; most commands do without)

    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo:
        said = " ".join(str(feed.get("bozo_exception", "")).split())
        raise RefusedError(name, f"feedparser cannot read it ({said})", _REMEDY)
    return [
        ParsedEntry(
            id=entry.get("id", ""),
            title=entry.get("title", ""),
            link=entry.get("link", ""),
            published=_moment(entry.get("published_parsed")),
            updated=_moment(entry.get("updated_parsed")),
            text=entry.content[0].value if entry.get("content") else entry.get("summary", ""),
        )
        for entry in feed.entries
    ]


def check_feeds(files: Mapping[str, bytes]) -> None:
    """The three formats of every feed say the same; raises RefusedError naming the difference."""
    for folder in _folders(files):
        names = [folder + name for name in urls.FEED_NAMES]
        rss, atom, json_ = (read_feed(name, files[name]) for name in names)
        _agree(rss, atom, names[0], names[1])
        _agree(rss, json_, names[0], names[2])


def check_earlier(
    new: bytes, old: bytes, place: str, *, known: Container[str], until: datetime
) -> None:
    """No earlier entry vanished or moved its date; raises RefusedError.

    Args:
        new, old: JSON Feeds: about to be written, and on the disk now.
        place: the file, for the message.
        known: ids of past entries, which may leave a bounded feed: the archive has them.
        until: the cutoff of the newest issue, aware: what was dated later was dated by a wrong
            clock, and may move.
    """
    try:
        before = _dates(old)
    except (ValueError, KeyError, TypeError):
        return  # It is no feed of ours: there is nothing to keep.
    after = _dates(new)
    for id_, published in before.items():
        if id_ in after and after[id_] != published and not _is_after(published, until):
            problem = f"{id_} was published {published} and would become {after[id_]}"
            raise RefusedError(place, problem, _REMEDY)
        if id_ not in after and id_ not in known:
            raise RefusedError(place, f"{id_} would vanish, and no issue has it", _REMEDY)


def verify_links(
    files: Mapping[str, bytes],
    *,
    site: str,
    exists: Callable[[str], bool],
    any_links: bool = False,
    door: str = "",
    excused: Container[str] = (),
) -> None:
    """Every link to our own site leads to a file of it; raises DeadLinkError.

    Args:
        files: pages and feeds by their path below the site.
        site: the site's address, with a final slash.
        exists: whether there will be a file at a path below the site.
        any_links: other programs may serve pages there too: of absolute addresses only those where
            ours are made are looked at.
        door: the address of the public door, whose pages are no files; empty: there is none.
        excused: links that may lead nowhere.
    """
    known = dict.fromkeys(files, True)
    of_the_door = urls.door_links(door)
    sound: set[tuple[str, str]] = set()  # most links are those of every page
    for name, data in files.items():
        folder = posixpath.dirname(name)
        for link in _links(name, data):
            if (folder, link) in sound or link in excused or link in of_the_door:
                continue
            target = _target(name, link, site)
            if target is None or _is_of_others(link, target, any_links=any_links):
                continue
            if target not in known:
                known[target] = exists(target)
            if not known[target]:
                raise DeadLinkError(name, link)
            sound.add((folder, link))


def checked_targets(
    name: str, data: bytes, *, site: str, any_links: bool, door: str
) -> frozenset[str]:
    """The paths below the site that links of one file lead to, if `verify_links` looks at them."""
    of_the_door = urls.door_links(door)
    return frozenset(
        target
        for link in _links(name, data)
        if link not in of_the_door
        and (target := _target(name, link, site)) is not None
        and not _is_of_others(link, target, any_links=any_links)
    )


def _is_of_others(link: str, target: str, *, any_links: bool) -> bool:
    """Whether another program may serve what a link to the site leads to."""
    return any_links and _is_absolute(link) and not urls.is_ours(target)


def _folders(files: Mapping[str, bytes]) -> list[str]:
    last = urls.FEED_NAMES[-1]
    return [name.removesuffix(last) for name in files if posixpath.basename(name) == last]


def _json_entry(item: Mapping[str, str]) -> ParsedEntry:
    return ParsedEntry(
        id=item["id"],
        title=item["title"],
        link=item["url"],
        published=datetime.fromisoformat(item["date_published"]),
        updated=datetime.fromisoformat(item["date_modified"]),
        text=item["content_html"],
    )


def _agree(one: list[ParsedEntry], other: list[ParsedEntry], here: str, there: str) -> None:
    if len(one) != len(other):
        raise RefusedError(here, f"it has {len(one)} entries and {there} {len(other)}", _REMEDY)
    for position, (a, b) in enumerate(zip(one, other, strict=True), start=1):
        for field in ParsedEntry.__slots__:
            mine, theirs = (_shown(getattr(each, field)) for each in (a, b))
            if mine != theirs:
                problem = (
                    f"entry {position} has the {field} {_short(mine)} and in {there} "
                    f"{_short(theirs)}"
                )
                raise RefusedError(here, problem, _REMEDY)


def _dates(data: bytes) -> dict[str, str]:
    return {item["id"]: item["date_published"] for item in json.loads(data)["items"]}


def _is_after(published: str, moment: datetime) -> bool:
    try:
        return datetime.fromisoformat(published) > moment
    except (ValueError, TypeError):  # none of our dates: whatever it said, it must not change
        return False


def _links(name: str, data: bytes) -> Iterator[str]:
    if name.endswith(".html"):
        for element in lxml_html.fromstring(data).iter("a", "link"):
            if element.get("rel") != "canonical":
                yield element.get("href", "")
    elif name.endswith(".json"):
        feed = json.loads(data)
        yield feed.get("next_url", "")
        for item in feed["items"]:
            yield item["url"]
    elif name.endswith(".xml"):
        for element in etree.fromstring(data).iter():
            yield element.get("href", "")


def _target(name: str, link: str, site: str) -> str | None:
    """The path below the site that a link leads to; None: it is elsewhere, or the page itself."""
    # A site of files has the same page whatever the query.
    place = urldefrag(link).url.partition("?")[0]
    if not place:
        return None
    if place.startswith(site):
        path = place.removeprefix(site)
    elif urlsplit(place).scheme or place.startswith("//"):
        below = _below(site, place)
        if below is None:
            return None
        path = below
    elif place.startswith("/"):
        path = place.removeprefix(urlsplit(site).path or "/")
    else:
        path = posixpath.join(posixpath.dirname(name), place)
    # Servers answer for a folder with its index.
    path += urls.HOME if not path or path.endswith("/") else ""
    path = posixpath.normpath(unquote(path))
    return urls.HOME if path == "." else path


def _below(site: str, place: str) -> str | None:
    """The path below the site of an address that spells its host in another way; None: elsewhere.

    Capitals, and the port that goes without saying, change nothing.
    """
    here, ours = urlsplit(place), urlsplit(site)
    scheme = here.scheme or ours.scheme
    port = {"http": ":80", "https": ":443"}.get(scheme, "")
    hosts = {one.netloc.lower().removesuffix(port) for one in (here, ours)}
    if scheme != ours.scheme or len(hosts) > 1 or not here.path.startswith(ours.path):
        return None
    return here.path.removeprefix(ours.path)


def _is_absolute(link: str) -> bool:
    """Whether a link names its place on the site, or the site too: our own pages' are relative."""
    return link.startswith("/") or bool(urlsplit(link).scheme)


def _moment(parsed: struct_time | None) -> datetime | None:
    return datetime(*parsed[:6], tzinfo=UTC) if parsed else None


def _shown(value: str | datetime | None) -> str | datetime | None:
    """A text as a feed reader sees it, with entities decoded, however often a parser does so."""
    if not isinstance(value, str):
        return value
    text = value
    for _ in range(_ROUNDS):
        # `&amp;amp;amp;` at once: a round for each would take the square of the length.
        plain = _MISREAD.sub(_repaired, html.unescape(_AMPERSANDS.sub("&", text)))
        if plain == text:
            break
        text = plain
    return " ".join(text.split())


def _repaired(run: re.Match[str]) -> str:
    """Letters as feedparser repairs them where they look like UTF-8 read as Latin-1.

    It looks at the whole text, before it has decoded entities or after: so each run by itself.
    """
    try:
        return run[0].encode("iso-8859-1").decode()
    except UnicodeError:
        return run[0]


def _short(value: object) -> str:
    shown = value.isoformat() if isinstance(value, datetime) else repr(value)
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
