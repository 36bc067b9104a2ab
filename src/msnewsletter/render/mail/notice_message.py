"""Writes a notice to an editor as a message (RFC 5322), in plain text."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

from msnewsletter.issue.illness import hints_at_illness, named_illness
from msnewsletter.render.mail import header_encoding
from msnewsletter.render.mail.message import quoted_printable
from msnewsletter.render.xml_text import legal

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeHeaders:
    """What stands above a notice.

    Attributes:
        from_name, from_address: the sender, as the settings name it; addresses are ASCII.
        to: the editor's address.
        subject: what happened, and to which issue.
        title: the newsletter's.
        date: aware, in the newsletter's zone.
        unique: the left side of the Message-ID: the same when the same notice is sent again.
    """

    from_name: str
    from_address: str
    to: str
    subject: str
    title: str
    date: datetime
    unique: str


def notice_message(headers: NoticeHeaders, text: str) -> bytes:
    """The message, with CRLF; neither subject nor sender's name says an illness."""
    domain = headers.from_address.rpartition("@")[2]
    fields = [
        header_encoding.mailbox("From", discreet(headers.from_name), headers.from_address),
        header_encoding.verbatim("To", headers.to),
        header_encoding.unstructured("Subject", f"{name_of(headers.title)}: {headers.subject}"),
        header_encoding.verbatim("Date", format_datetime(headers.date)),
        header_encoding.verbatim("Message-ID", f"<{headers.unique}@{domain}>"),
        # RFC 3834, section 5: no person wrote it, and no machine is to answer.
        header_encoding.verbatim("Auto-Submitted", "auto-generated"),
        header_encoding.verbatim("Content-Language", "en"),
        header_encoding.verbatim("MIME-Version", "1.0"),
        header_encoding.verbatim("Content-Type", "text/plain;", "charset=utf-8"),
        header_encoding.verbatim("Content-Transfer-Encoding", "quoted-printable"),
    ]
    head = "\r\n".join(fields).encode("ascii")
    return head + b"\r\n\r\n" + quoted_printable(legal(text))


def name_of(title: str) -> str:
    """A newsletter's name for a lock screen, which is public."""
    return discreet(title) or "Newsletter"


def discreet(name: str) -> str:
    """A name without the words that say an illness; empty where little else would be left."""
    while found := named_illness(name):
        name = name.replace(found, " ")
    name = " ".join(name.split()).strip(" ,;:-–—")
    return "" if hints_at_illness(name) else name
