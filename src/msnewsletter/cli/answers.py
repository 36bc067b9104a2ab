"""What an editor answers about a new newsletter: each checked as newsletter.toml will be.

Each function returns the value as the settings keep it, or raises click's BadParameter, after which
a prompt asks again.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, TypeVar

import click

from msnewsletter.cli.instants import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.model import WrittenBy

T = TypeVar("T")

# Characters: a mail program shows some 20 of a sender's name, and every page has all of it.
_NAME_LIMIT = 100
# What is first mailed later than this is a mistyped year.
_AHEAD = timedelta(days=366)


def name(text: str) -> str:
    """The name of a newsletter, or the one that its mail comes from."""
    given = line(text)
    if len(given) > _NAME_LIMIT:
        raise click.BadParameter(
            f"it has {len(given):,} characters; a name has at most {_NAME_LIMIT}"
        )
    return given


def language(text: str) -> str:
    """The tag of the summaries' language (BCP 47)."""
    from msnewsletter.validators import language_tag

    return _checked(text, lambda given: language_tag(given.strip()))


def line(text: str) -> str:
    """A line of text."""
    from msnewsletter.text import required_line

    return _checked(text, required_line)


def needed(kind: Callable[[str], T], wanted: str) -> Callable[[str], T]:
    """What reads an answer by `kind`, and says what is wanted where there is none.

    For a prompt with an empty default: without one click asks again without a word.
    """

    def read(text: str) -> T:
        if not text.strip():
            raise click.BadParameter(f"this is needed: {wanted}")
        return kind(text)

    return read


def line_if_any(text: str) -> str:
    """A line of text, or nothing at all."""
    return line(text) if text.strip() else ""


def written_by(text: str) -> WrittenBy:
    """Who writes the summaries, in any case."""
    from msnewsletter.model import WrittenBy

    try:
        return WrittenBy(" ".join(text.lower().split()))
    except ValueError:
        known = ", ".join(map(repr, map(str, WrittenBy)))
        raise click.BadParameter(f"{text!r} is none of {known}") from None


def site(text: str) -> str:
    """The address of a site; one that was written without `https://` gets it.

    One of this machine has to say which of the two it is: mostly it has no TLS.
    """
    from urllib.parse import urlsplit

    from msnewsletter.validators import is_at_loopback, is_ip, site_address

    if "://" in text:
        return _checked(text, site_address)
    given = _checked(f"https://{text.strip()}", site_address)
    if is_at_loopback(given):
        said = f"{text!r} is this machine; write http:// before it, or https:// where it has TLS"
        raise click.BadParameter(said)
    host = urlsplit(given).hostname or ""
    if "." not in host and not is_ip(host):
        # `javascript:1` is a host and a port to whoever puts `https://` before it.
        raise click.BadParameter(
            f"{text!r}: no website has the host {host!r}; write it as https://www.example.org/"
        )
    return given


def zone(text: str) -> str:
    """The IANA name of a time zone."""
    from msnewsletter.validators import zone_name

    return _checked(text, lambda given: zone_name(given.strip()))


def mailbox(text: str) -> str:
    """A mail address."""
    from msnewsletter.validators import mailbox as checked

    return _checked(text, lambda given: checked(given.strip()))


def identity(text: str) -> str:
    """A permanent id."""
    from msnewsletter.validators import identity as checked

    return _checked(text, checked)


def day(text: str) -> date:
    """A day in ISO 8601."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day; write it as 2026-11-20") from None


def first_day(text: str) -> date:
    """The day that issue 1 reaches back to: at most a year from now."""
    given = day(text)
    if given > now().date() + _AHEAD:
        raise click.BadParameter(
            f"{given} is more than a year ahead: nothing would go out before; check the year"
        )
    return given


def _checked(text: str, check: Callable[[str], str]) -> str:
    try:
        return check(text)
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: {error}") from None
