"""One line of text for people: quoted, cut, and without what must not be shown. Pure."""

from __future__ import annotations

import difflib
import re
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

from msnewsletter.errors import printable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, tzinfo

_SHOWN = 160  # characters of a quotation that find it again
_VALUE = 60  # characters of a value in an error line
_NAME = 200  # characters of a name that may resemble a known one

# The last two code points of each plane, and U+FDD0 to U+FDEF (Unicode 16, section 23.7).
NONCHARACTERS = "\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)


def quoted(text: str) -> str:
    """A text in quotation marks, on one line, cut when long."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}”"


def flat(text: str) -> str:
    """One line of what can be seen: for finding a text again however it was wrapped or cleaned."""
    if text.isprintable():  # nearly always, and many times as quick
        return " ".join(text.split())
    return " ".join(filter(None, map(_seen, text.split())))


def _seen(word: str) -> str:
    return word if word.isprintable() else "".join(filter(str.isprintable, word))


# It begins where a word does, so that a word of 100,000 characters is looked at once.
_ADDRESS = re.compile(r"(?<![^\s@<>\"'=,;:])[^\s@<>\"'=,;:]++@[^\s@<>\"',;:]+")


# An address as text or in a link, and what a database was given.
_NAMES = re.compile(r"@|%40|=40", re.IGNORECASE)

# What moves a terminal's cursor, ends a line, or turns the direction of the text around it
# (UAX #9, section 2): ESC is among the first. What joins letters is left: some languages need it.
_CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def without_controls(line: str) -> str:
    """The line with a replacement character for all that would act instead of being shown."""
    return _CONTROLS.sub("\N{REPLACEMENT CHARACTER}", line)


def local_time(at: datetime, zone: tzinfo) -> str:
    """An instant for people: `Mon 2026-11-23 08:00 (Europe/Berlin)`; `at` is aware."""
    return f"{at.astimezone(zone):%a %Y-%m-%d %H:%M} ({zone})"


_HOURS = 48  # up to which hours say more than days


def span_words(span: timedelta) -> str:
    """A span of time for people, in the largest unit that says it: `3 hours`; at least a minute."""
    minutes = max(int(span / timedelta(minutes=1)), 1)
    hours = minutes // 60
    number, unit = (
        (minutes, "minute")
        if not hours
        else (hours, "hour")
        if hours < _HOURS
        else (hours // 24, "day")
    )
    return f"{number} {unit}{'' if number == 1 else 's'}"


NAME_LIMIT = 100  # characters of a person's name


def person_name(text: str) -> str:
    """A person's name on one line; empty: it is none, cannot be seen or is too long."""
    name = " ".join(text.split())
    return name if name.isprintable() and len(name) <= NAME_LIMIT else ""


def required_line(text: str) -> str:
    """The text without spaces around it; raises ValueError where it is empty or not one line."""
    text = text.strip()
    if not text:
        raise ValueError("is empty")
    if not text.isprintable():
        raise ValueError("holds a line break or a control character")
    return text


def without_addresses(text: str) -> str:
    """The text with no mail address in it: subscribing implies a diagnosis."""
    return _ADDRESS.sub("<address>", text)


def bug_words(error: Exception) -> str:
    """What an exception that nobody expected says, on one line, without mail addresses.

    Its words may quote whatever was read: what holds an address in any writing is left out.
    """
    said = f"a bug: {type(error).__name__}: {error}".split()
    return printable(" ".join("<address>" if _NAMES.search(word) else word for word in said))


def quoted_value(text: str) -> str:
    """A value as an error line shows it: in quotes, cut when long."""
    return repr(text if len(text) <= _VALUE else text[: _VALUE - 1] + "…")


def did_you_mean(name: str, known: Iterable[str], *, otherwise: str) -> str:
    """The remedy for an unknown name: the known one that resembles it most, or `otherwise`."""
    close = difflib.get_close_matches(name[:_NAME], tuple(known), n=1)
    return f"did you mean {close[0]!r}?" if close else otherwise


def ending_of(code: int) -> str:
    """How a program came to its end, by its exit code; negative: the signal that ended it."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal
        return f"was ended by signal {-code}"
