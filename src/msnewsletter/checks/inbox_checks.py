"""Checks what others may see of an unopened mail: sender, subject, its first words. Pure.

A lock screen and a list of mails are public.
"""

from __future__ import annotations

import re
from email.header import decode_header, make_header
from typing import TYPE_CHECKING, NamedTuple

from msnewsletter.checks.finding import finding
from msnewsletter.checks.limits import INBOX, SENDER_LIMIT, SUBJECT_LIMIT
from msnewsletter.checks.mail_checks import TEXT
from msnewsletter.checks.message_checks import header_fields
from msnewsletter.issue.illness import named_illness
from msnewsletter.text import flat, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msnewsletter.checks.finding import Finding
    from msnewsletter.model import Masthead

_SENDER, _SUBJECT = "newsletter.toml: mail.from_name", "newsletter.toml: mail.subject"


class _Kinds(NamedTuple):
    """The kinds of finding of one line."""

    long: str
    shouts: str
    names_illness: str


_OF_SENDER = _Kinds("sender-long", "sender-shouts", "sender-names-illness")
_OF_SUBJECT = _Kinds("subject-long", "subject-shouts", "subject-names-illness")

_SHOWN = "inboxes show this of an unopened mail"
_SHOUTED = re.compile(r"\b[A-Z]{5,}\b")
_MANY_LETTERS = 8
_AROUND = 30  # characters before and after words that find them again
_URL = re.compile(r"\S+://\S+")


def check_inbox(
    masthead: Masthead,
    message: bytes,
    text: str,
    *,
    note: str = "",
    corrections: Sequence[str] = (),
) -> Iterator[Finding]:
    """Findings on what an inbox shows of a message.

    Args:
        masthead, message: the issue's.
        text: the message's plain text.
        note: what the editor says before all else, Markdown; empty: nothing.
        corrections: what the issue's corrections say, which stand after the note.
    """
    subject = subject_of(message)
    yield from _check_line(_OF_SENDER, _SENDER, masthead.from_name, most=SENDER_LIMIT)
    if not subject.strip():
        yield finding("subject-empty", _SUBJECT, "the subject is empty")
    yield from _check_line(_OF_SUBJECT, _SUBJECT, subject, most=SUBJECT_LIMIT)
    yield from _check_repeated(masthead, subject)
    first = flat(_URL.sub("", text))[:INBOX]
    if words := named_illness(first):
        reason = f"its first {INBOX} characters say {quoted(words)}{_where(words, first)}"
        missing = INBOX - first.index(words)
        remedy = _remedy(masthead, note, corrections, missing=missing)
        yield finding("inbox-names-illness", TEXT, reason, remedy)


def _remedy(masthead: Masthead, note: str, corrections: Sequence[str], *, missing: int) -> str:
    """What moves the words beyond what inboxes show; empty: what helps for studies.

    What stands first in the text is asked first: title, note, corrections, studies.

    `missing`: how many characters before the words would do.
    """
    if named_illness(masthead.title):
        return f"give the newsletter a title that does not name it: {_SHOWN}"
    if named_illness(flat(note)[:INBOX]):
        return f"begin the note of the issue (issues/next.md) without it: {_SHOWN}"
    if not any(map(named_illness, corrections)):
        return ""
    # The low-energy edition has no more of a note than its first sentence.
    first = "first sentence of the note of the issue (issues/next.md)"
    longer = f"make the {first} {missing} characters longer"
    write = f"write a {first}, with {missing} characters or more"
    return f"{longer if note else write}: it stands before the correction, and {_SHOWN}"


def _where(words: str, text: str) -> str:
    start = max(0, text.index(words) - _AROUND)
    around = text[start : text.index(words) + len(words) + _AROUND].strip()
    return f" in {quoted(around)}" if around != words else ""


def subject_of(message: bytes) -> str:
    """A message's subject, decoded; empty where it has none."""
    encoded = next((value for name, value in header_fields(message) if name == "Subject"), "")
    return str(make_header(decode_header(encoded)))


def _check_line(kinds: _Kinds, place: str, line: str, *, most: int) -> Iterator[Finding]:
    letters = [letter for letter in line if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    mostly_capitals = len(letters) >= _MANY_LETTERS and capitals > len(letters) / 2
    if len(line) > most:
        yield finding(kinds.long, place, f"{len(line)} characters, {quoted(line)}")
    if "!" in line or _SHOUTED.search(line) or mostly_capitals:
        reason = f"{quoted(line)} shouts: capitals or exclamation marks"
        yield finding(kinds.shouts, place, reason)
    if words := named_illness(line):
        reason = f"{quoted(line)} names the illness ({words}), and a lock screen is public"
        yield finding(kinds.names_illness, place, reason)


def _check_repeated(masthead: Masthead, subject: str) -> Iterator[Finding]:
    for name in dict.fromkeys((masthead.from_name, masthead.title)):
        # Whole words: a newsletter may be called `Ms`.
        if re.search(rf"(?<!\w){re.escape(flat(name))}(?!\w)", flat(subject), re.IGNORECASE):
            reason = f"{quoted(subject)} says {quoted(name)} again"
            yield finding("subject-repeats-sender", _SUBJECT, reason)
            return
