"""Checks a message's bytes: its headers, its subject, its lines. Pure."""

from __future__ import annotations

import re
from collections import Counter
from email.header import decode_header, make_header
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import SUBJECT_LIMIT, finding
from msnewsletter.issue.illness import named_illness
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.checks.finding import Finding

EML = "digest.eml"
_SUBJECT = "newsletter.toml: mail.subject"

LINE_LIMIT = 998  # RFC 5322, section 2.1.1

_ONCE = ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "MIME-Version", "Content-Type")
_UNSUBSCRIBE = ("List-Unsubscribe", "List-Unsubscribe-Post")
_STRUCTURED = ("List-", "Message-ID", "Archived-At")
_SHOUTED = re.compile(r"\b[A-Z]{5,}\b")
_MANY_LETTERS = 8


def check_message(message: bytes) -> Iterator[Finding]:
    """Findings on what servers and lock screens see of a message."""
    longest = max(map(len, message.split(b"\r\n")))
    if longest > LINE_LIMIT:
        reason = f"a line of {longest} bytes; RFC 5322 allows {LINE_LIMIT}"
        yield finding("line-too-long", EML, reason)
    fields = header_fields(message)
    yield from _check_fields(fields)
    subject = next((value for name, value in fields if name == "Subject"), "")
    yield from _check_subject(str(make_header(decode_header(subject))))


def header_fields(message: bytes) -> list[tuple[str, str]]:
    """Name and value of each header field of a message, unfolded."""
    head = message.partition(b"\r\n\r\n")[0].decode("ascii", errors="replace")
    unfolded = re.sub(r"\r\n(?=[ \t])", "", head)
    return [
        (name, value.strip())
        for name, _, value in (line.partition(":") for line in unfolded.split("\r\n"))
    ]


def _check_fields(fields: list[tuple[str, str]]) -> Iterator[Finding]:
    counts = Counter(name for name, _ in fields)
    for name in (*_ONCE, *_UNSUBSCRIBE):
        if counts[name] != 1:
            yield finding("headers", EML, f"{name} is there {counts[name]} times, not once")
    for name, value in fields:
        if name.startswith(_STRUCTURED) and "=?" in value:
            yield finding("headers", EML, f"{name} holds an encoded word: {value[:80]!r}")
    values = dict(fields)
    links = values.get("List-Unsubscribe", "")
    # RFC 8058, section 3.1; mailto for programs that know RFC 2369 only.
    if "<https://" not in links or "<mailto:" not in links:
        yield finding("headers", EML, f"List-Unsubscribe is {links[:80]!r}")


def _check_subject(subject: str) -> Iterator[Finding]:
    letters = [letter for letter in subject if letter.isalpha()]
    capitals = sum(letter.isupper() for letter in letters)
    mostly_capitals = len(letters) >= _MANY_LETTERS and capitals > len(letters) / 2
    if not subject.strip():
        yield finding("subject-empty", _SUBJECT, "the subject is empty")
    if len(subject) > SUBJECT_LIMIT:
        yield finding("subject-long", _SUBJECT, f"{len(subject)} characters, {quoted(subject)}")
    if "!" in subject or _SHOUTED.search(subject) or mostly_capitals:
        reason = f"{quoted(subject)} shouts: capitals or exclamation marks"
        yield finding("subject-shouts", _SUBJECT, reason)
    if named_illness(subject):
        reason = f"{quoted(subject)} names the illness, and a lock screen is public"
        yield finding("subject-names-illness", _SUBJECT, reason)
