"""Checks the links of a mail: where they lead and what they say. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from msnewsletter.checks.finding import NOTE, finding
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.text import quoted
from msnewsletter.validators import is_at_loopback, is_for_few

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from msnewsletter.checks.finding import Finding
    from msnewsletter.checks.html_reader import HtmlLink, Page
    from msnewsletter.model import Issue, Masthead

_VAGUE = frozenset(
    {"read more", "more", "here", "click here", "link", "this", "learn more", "continue", "details"}
)
_PRIVATE, _INSECURE = "private-link", "insecure-link"
# What is said of where a link leads, and what to write instead.
_SAID = {
    _PRIVATE: "which only this machine or its network can open",
    _INSECURE: "by http: others can see and change what is read there",
}
_WRITE = {
    _PRIVATE: "write the address that readers can open",
    _INSECURE: "write the https address (if that answers)",
}
_LISTED = 3  # more places than these are a number
_MAILTO = re.compile(r"mailto:[^\s@?]+@[^\s@?]+(?:\?\S*)?", re.ASCII)
_ILLEGAL = re.compile(r"[^\x21-\x7e]|[<>\"\\^`{|}]")  # RFC 3986, section 2


def check_links(page: Page, place: str, issue: Issue) -> Iterator[Finding]:
    """Addresses, words and underlines of every link of a mail's HTML.

    Args:
        page, place: the HTML, and what findings call it.
        issue: what is in the mail. What is wrong with a link whose address is in its note is to be
            corrected there; of the addresses of its summaries, `summary_links` says it once.
    """
    texts: dict[str, str] = {}
    note = issue.note or ""
    own = {unquote(one.summary.url) for one in issue.entries if one.summary.url}
    yield from _check_settings(page, issue.masthead)
    for link in page.links:
        text = " ".join(link.text.split())
        in_note = bool(link.url) and link.url in note
        known = not in_note and (unquote(link.url) in own or _setting_of(link.url, issue.masthead))
        for found in (*_check_address(link.url, text, place), *_check_words(link, text, place)):
            if found.name in _SAID and (known or _is_tried_out(link.url, issue.masthead)):
                continue
            yield replace(found, place=NOTE if in_note else place, about=link.url)
        if text and texts.setdefault(text.casefold(), link.url) != link.url:
            reason = f"two links say {quoted(text)} and lead to different places"
            yield finding("duplicate-link-text", place, reason, about=link.url)


def summary_links(issue: Issue, fetched: Mapping[str, str]) -> Iterator[Finding]:
    """Findings on the `url` of summaries that not every reader can open safely.

    One for each host and source. `fetched`: the name of the source of each place that no person
    wrote.
    """
    leading: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for summary in (entry.summary for entry in issue.entries):
        url = summary.url or ""
        if kind := _fault_of(url, issue.masthead):
            place = summary.location or summary.key
            leading[kind, fetched.get(place, ""), urlsplit(url).hostname or ""].append(place)
    for (kind, source, host), places in leading.items():
        count = f"{len(places)} {'summary leads' if len(places) == 1 else 'summaries lead'}"
        reason = f"{count} to {host!r}, {_SAID[kind]}"
        if source:
            remedy = f"{_WRITE[kind]} there, in place of that of {host!r}"
            yield finding(kind, f"{SETTINGS_NAME}: the source {source!r}", reason, remedy)
        else:
            more = f": also {_listed(places[1:])}" if places[1:] else ""
            yield finding(kind, places[0], reason + more, f"{_WRITE[kind]} in its 'url'")


def _listed(places: Sequence[str]) -> str:
    more = len(places) - _LISTED
    return ", ".join(places[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def _check_settings(page: Page, head: Masthead) -> Iterator[Finding]:
    """Of each setting that such links are made of, once, however many these are."""
    urls = [link.url for link in page.links]
    faulty = ((_setting_of(url, head), _fault_of(url, head)) for url in urls)
    for name, kind in dict.fromkeys(faulty):
        if name and kind:
            address = _addresses(head)[name]
            reason = f"it is {address!r}, {_SAID[kind]}"
            yield finding(kind, f"{SETTINGS_NAME}: {name}", reason, about=address)


def _addresses(head: Masthead) -> dict[str, str]:
    """The settings that links are made of; what is mostly below another comes before it."""
    return {"mail.unsubscribe_url": head.unsubscribe_url, "newsletter.site": head.site}


def _setting_of(url: str, head: Masthead) -> str:
    """The setting that a link was made of; empty: of none."""
    return next((name for name, one in _addresses(head).items() if url.startswith(one)), "")


def _fault_of(url: str, head: Masthead) -> str:
    """The kind of finding that a web address gives for where it leads; empty: none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.hostname or _is_tried_out(url, head):
        return ""
    if is_for_few(parts.hostname):
        return _PRIVATE
    return _INSECURE if parts.scheme == "http" else ""


def _is_tried_out(url: str, head: Masthead) -> bool:
    """Whether it leads to this machine where the newsletter's own site is on it, too."""
    return is_at_loopback(head.site) and is_at_loopback(url)


def _check_address(url: str, text: str, place: str) -> Iterator[Finding]:
    of, shown = f"the link {quoted(text)}", repr(url[:80])
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme == "mailto" and _MAILTO.fullmatch(url):
        return
    if parts.scheme not in {"http", "https"}:
        if ":" in url.split("/", maxsplit=1)[0]:
            yield finding("malformed-link", place, f"{of} is {shown}", "write an https address")
        else:
            reason = f"{of} is {shown}, which leads nowhere from a mail"
            yield finding("relative-link", place, reason)
    elif not host or _ILLEGAL.search(url):
        yield finding("malformed-link", place, f"{of} is not a valid address: {shown}")
    elif is_for_few(host):
        yield finding(_PRIVATE, place, f"{of} leads to {shown}, {_SAID[_PRIVATE]}")
    elif parts.scheme == "http":
        yield finding(_INSECURE, place, f"{of} leads to {shown}, {_SAID[_INSECURE]}")


def _check_words(link: HtmlLink, text: str, place: str) -> Iterator[Finding]:
    if not text:
        yield finding("empty-link-text", place, f"the link to {link.url[:80]!r} has no words")
    elif text.casefold() in _VAGUE:
        yield finding("vague-link-text", place, f"a link says only {quoted(text)}")
    if not link.underlined:
        reason = f"only its colour shows that {quoted(text)} is a link"
        yield finding("link-not-underlined", place, reason)
