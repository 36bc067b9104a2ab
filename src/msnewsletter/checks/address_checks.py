"""Finds addresses of example.org, example.com and example.net, where nobody is. Pure.

An editor who has not filled in the settings would send mail that nobody can answer or leave.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel

from msnewsletter.checks.finding import NOTE, finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.issue.unfinished import texts_of
from msnewsletter.validators import is_at_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Issue
    from msnewsletter.settings import Settings

# RFC 2606, section 3: these are for examples, and nobody else's.
_EXAMPLE = re.compile(
    r"(?<![\w.-])(?:[\w-]+\.)*example\.(?:com|net|org)(?![\w-]|\.\w)", re.IGNORECASE
)
_NAME = "example-address"
# No address, and of a newsletter that is out it can never be another.
_NO_ADDRESS = frozenset({"newsletter.id"})


def example_settings(settings: Settings) -> Iterator[Finding]:
    """Findings on settings with such addresses, whichever they are: all of them have to be own.

    A site on this machine warns: what it is for is not known here.
    """
    for name, text in _texts(settings, ()):
        if name not in _NO_ADDRESS and (found := _EXAMPLE.search(text)):
            yield finding(_NAME, f"{SETTINGS_NAME}: {name}", _reason(found))
    if is_at_loopback(site := settings.newsletter.site):
        reason = f"{site} is on this machine: no reader can open it"
        place = f"{SETTINGS_NAME}: newsletter.site"
        yield finding(_NAME, place, reason, severity=Severity.WARN)


def example_links(issue: Issue) -> Iterator[Finding]:
    """Findings on such addresses in an issue's summaries and note; they only warn."""
    said = [(one.summary.location or one.summary.key, one.summary) for one in issue.entries]
    texts = [(place, (*texts_of(summary), summary.url or "")) for place, summary in said]
    for place, those in (*texts, (NOTE, (issue.note or "",))):
        if found := next(filter(None, map(_EXAMPLE.search, those)), None):
            remedy = "write the address that is meant, or leave it out"
            yield finding(_NAME, place, _reason(found), remedy, severity=Severity.WARN)


def _reason(found: re.Match[str]) -> str:
    return f"{found[0]} is for examples: nobody is there"


def _texts(value: object, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Every text in a value, with the name of its setting."""
    if isinstance(value, str):
        yield ".".join(path), value
    elif isinstance(value, BaseModel):
        for name, one in value:
            yield from _texts(one, (*path, name))
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _texts(one, (*path, str(name)))
    elif isinstance(value, tuple | list):
        for one in value:
            yield from _texts(one, path)
