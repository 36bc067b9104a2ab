"""Writes the digest as a message (RFC 5322): one for a list address, one to be filled per reader.

Owns headers and transfer encoding. Writes them itself: the e-mail package folds differently from
version to version, takes milliseconds, and turns a long List-Unsubscribe into RFC 2047 words, which
ends one-click unsubscription.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from msnewsletter import urls
from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.render.mail import header_encoding
from msnewsletter.render.mail.list_addresses import list_addresses
from msnewsletter.render.mail.view import subject

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.model import Issue, Masthead
    from msnewsletter.render.mail.mailmerge import MergeFields

_MAILBOX = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
# Long enough for any real address, short enough for RFC 5322's 998 bytes a line.
_URL = re.compile(r"https?://[\x21\x23-\x3b\x3d\x3f-\x7e]{1,850}")
# What the subject of a test mail begins with, so that nobody takes it for the real one.
MARK = "[Test]"
_SOFT_BREAK = b"=\r\n"
# What mailbox files (RFC 4155) and senders (RFC 5321, section 4.5.2) must change at a line's start.
_FRAGILE = ((b"\n.", b"\n=2E=\n"), (b"\nFrom ", b"\n=46rom =\n"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bodies:
    """Both bodies in quoted-printable, cut where an unsubscribe link awaits its token."""

    text: tuple[bytes, ...]
    html: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The differences between messages.

    Attributes:
        to: the To field.
        unique: the left side of the Message-ID, before the sender's domain.
        token: what is appended to the unsubscribe links; empty: it goes to a list, and nobody is
            unsubscribed by one click.
        subject: the Subject field's text.
        date: the Date field, aware.
    """

    to: str
    unique: str
    token: str
    subject: str
    date: datetime


def encoded_bodies(*, text: str, html: str, field: str | None = None) -> Bodies:
    """Encode both bodies, in which `field`, if any, is in the place of the token."""

    def pieces(body: str) -> tuple[bytes, ...]:
        return tuple(map(quoted_printable, body.split(field) if field else [body]))

    return Bodies(text=pieces(text), html=pieces(html))


def list_message(issue: Issue, bodies: Bodies, *, short: bool = False) -> bytes:
    """The message to the list address; `short`: of the low-energy edition.

    Raises SettingsError where an address may not be in a mail.
    """
    everyone = Addressee(
        to=_list_address(issue.masthead, short=short),
        unique=_name(issue, short=short),
        token="",
        subject=_subject(issue, short=short),
        date=issue.cutoff,
    )
    return _message(issue, everyone, bodies, short=short)


def reader_message(
    issue: Issue,
    bodies: Bodies,
    tokens: MergeFields,
    *,
    short: bool = False,
    test_at: datetime | None = None,
) -> bytes:
    """The message to be filled for each reader; raises SettingsError as `list_message` does.

    `test_at`: it is a test mail sent then, as the real one but for its Subject and Date.
    """
    subject = _subject(issue, short=short)
    reader = Addressee(
        to=tokens.address,
        unique=tokens.message_id,
        token=tokens.token,
        subject=f"{MARK} {subject}" if test_at else subject,
        date=test_at or issue.cutoff,
    )
    return _message(issue, reader, bodies, short=short)


def _name(issue: Issue, *, short: bool) -> str:
    return f"{'short-' * short}issue-{issue.number}.{issue.id.removeprefix('urn:uuid:')}"


def _subject(issue: Issue, *, short: bool) -> str:
    text = subject(issue)
    if not short:
        return text
    return words_in(issue.masthead.words).say("%(subject)s (short)", subject=text)


def _message(issue: Issue, addressee: Addressee, bodies: Bodies, *, short: bool) -> bytes:
    # RFC 2045, section 6.7: quoted-printable never writes "=_".
    boundary = f"=_{_name(issue, short=short)}"
    lines = [
        *_headers(issue, addressee, boundary, short=short),
        "",
        # RFC 2046, section 5.1.4: the richest form last.
        *_part(boundary, "text/plain", bodies.text, addressee.token),
        *_part(boundary, "text/html", bodies.html, addressee.token),
        f"--{boundary}--",
        "",
    ]
    return b"\r\n".join(line.encode("ascii") if isinstance(line, str) else line for line in lines)


def _headers(issue: Issue, addressee: Addressee, boundary: str, *, short: bool) -> list[str]:
    masthead = issue.masthead
    sender = _mailbox("from_address", masthead.from_address)
    domain = sender.rpartition("@")[2]
    site = _url("site", masthead.site)
    # Left out on purpose: Auto-Submitted (RFC 3834 keeps it for what no person is responsible for;
    # list servers drop such mail) and anything that would name the reader.
    return [
        header_encoding.mailbox("From", masthead.from_name, sender),
        *_reply_to(masthead),
        header_encoding.verbatim("To", addressee.to),
        header_encoding.unstructured("Subject", addressee.subject),
        header_encoding.verbatim(
            "Date", format_datetime(addressee.date.astimezone(masthead.time_zone))
        ),
        header_encoding.verbatim("Message-ID", f"<{addressee.unique}@{domain}>"),
        *_list_fields(masthead, addressee.token, short=short),
        header_encoding.verbatim("List-Archive", f"<{site}>"),
        # RFC 5064: where this very message can be read.
        header_encoding.verbatim("Archived-At", f"<{site}{urls.issue_page_name(issue.number)}>"),
        # RFC 3834, section 2: no holiday notes in answer.
        header_encoding.verbatim("Precedence", "bulk"),
        header_encoding.unstructured("Content-Language", masthead.language),
        header_encoding.verbatim("MIME-Version", "1.0"),
        header_encoding.verbatim(
            "Content-Type", "multipart/alternative;", f'boundary="{boundary}"'
        ),
    ]


def _reply_to(masthead: Masthead) -> list[str]:
    if masthead.reply_to is None:
        return []
    return [header_encoding.verbatim("Reply-To", _mailbox("reply_to", masthead.reply_to))]


def _list_address(masthead: Masthead, *, short: bool) -> str:
    address = list_addresses(masthead, short=short).list_address
    return _mailbox(f"{_section(masthead, short=short)}list_address", address)


def _list_fields(masthead: Masthead, token: str, *, short: bool) -> list[str]:
    """What tells a mail program which list it is, and how to leave it."""
    list_address = _list_address(masthead, short=short)
    section, addresses = _section(masthead, short=short), list_addresses(masthead, short=short)
    url = _url(f"{section}unsubscribe_url", addresses.unsubscribe_url)
    mailbox = _mailbox(f"{section}unsubscribe_address", addresses.unsubscribe_address)
    words = "unsubscribe%20" + token if token else "unsubscribe"
    fields = [
        # RFC 2919, sections 2 and 3: a phrase, then the list's name below a domain.
        header_encoding.identified(
            "List-Id", _list_name(masthead, short=short), list_address.replace("@", ".")
        ),
        header_encoding.verbatim(
            "List-Unsubscribe", f"<{url}{token}>,", f"<mailto:{mailbox}?subject={words}>"
        ),
    ]
    if token and url.startswith("https:"):
        # RFC 8058, sections 3.1 and 3.2: the URL alone must say who is to be unsubscribed.
        one_click = header_encoding.verbatim("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
        fields.append(one_click)
    return fields


def _list_name(masthead: Masthead, *, short: bool) -> str:
    """How mail programs show the list; two lists have two names."""
    if not (short and masthead.low_energy):
        return masthead.title
    words = words_in(masthead.words)
    return words.say("%(title)s, low-energy edition", title=masthead.title)


def _section(masthead: Masthead, *, short: bool) -> str:
    """What stands before the names of a list's settings."""
    return "low_energy." if short and masthead.low_energy else ""


def _part(boundary: str, kind: str, pieces: tuple[bytes, ...], token: str) -> list[str | bytes]:
    # Soft line breaks surround each token, so folding cannot split it; its line stays within 76
    # bytes for values of up to 75.
    joint = _SOFT_BREAK + token.encode("ascii") + _SOFT_BREAK if token else _SOFT_BREAK
    return [
        f"--{boundary}",
        f"Content-Type: {kind}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        joint.join(pieces),
    ]


def quoted_printable(text: str) -> bytes:
    """RFC 2045, section 6.7, with CRLF; begins on a line of its own."""
    encoded = b"\n" + binascii.b2a_qp(text.encode())
    for fragile, safe in _FRAGILE:
        encoded = encoded.replace(fragile, safe)
    return encoded[1:].replace(b"\n", b"\r\n")


def _mailbox(setting: str, address: str) -> str:
    """The address, which must not be able to end its header."""
    return _safe(setting, address, _MAILBOX, "write name@domain")


def _url(setting: str, url: str) -> str:
    return _safe(setting, url, _URL, "write an absolute URL in ASCII, at most 850 characters")


def _safe(setting: str, value: str, pattern: re.Pattern[str], remedy: str) -> str:
    if not pattern.fullmatch(value):
        problem = f"{setting} = {value[:80]!r} may not be in a mail"
        raise SettingsError(SETTINGS_NAME, problem, remedy)
    return value
