"""Writes a mail of the public door as a message (RFC 5322): text and HTML. Pure.

Its headers name no illness: a lock screen is public.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from msnewsletter.catalogues.catalogue_files import words_in
from msnewsletter.catalogues.own_words import to_say
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.render.languages import direction_of, own_tag
from msnewsletter.render.mail import header_encoding
from msnewsletter.render.mail.message import quoted_printable
from msnewsletter.render.mail.notice_message import discreet, name_of
from msnewsletter.render.site.frame import Frame
from msnewsletter.render.xml_text import cleaned
from msnewsletter.subscribers.door_rules import KEPT_PENDING, DoorLetter
from msnewsletter.subscribers.tokens import LIFETIMES, Purpose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from msnewsletter.catalogues.own_words import OwnWords
    from msnewsletter.model import Masthead


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterWords:
    """What a letter says; `{title}` is filled in.

    Attributes:
        subject: after the newsletter's name.
        title: the heading.
        before: what stands above the link.
        link: the words of the link in HTML.
        after: what stands below it.
    """

    subject: str
    title: str
    before: str
    link: str
    after: tuple[str, ...]


_NOT_YOU: Final = to_say(
    "If you did not ask for this, you need not do anything. Somebody may have mistyped an address."
)
_CHANGE: Final = to_say("Change what you get, or leave")


def letter_words(letter: DoorLetter, words: OwnWords) -> LetterWords:
    """What a letter says, in these words."""
    match letter:
        case DoorLetter.CONFIRM:
            removed = words.say(
                "In that case, your address is removed within %(number)s days.",
                number=KEPT_PENDING.days,
            )
            return LetterWords(
                subject=words.say("please confirm that you want this mail"),
                title=words.say("One step is left"),
                before=words.say(
                    "Somebody, probably you, asked for {title} at this address. "
                    "To get it, open this link and press the button there:"
                ),
                link=words.say("Confirm that you want it"),
                after=(
                    _lasting(Purpose.CONFIRM, words),
                    words.say("Nothing else is sent to you until you confirm."),
                    f"{words.say(_NOT_YOU)} {removed}",
                ),
            )
        case DoorLetter.ALREADY:
            return LetterWords(
                subject=words.say("you are on the list already"),
                title=words.say("You are subscribed already"),
                before=words.say(
                    "Somebody, probably you, asked for {title} at this address, which gets it "
                    "already. To change what you get, to pause, or to leave, open this link:"
                ),
                link=words.say(_CHANGE),
                after=(_lasting(Purpose.PREFERENCES, words), words.say(_NOT_YOU)),
            )
        case DoorLetter.LINK:
            return LetterWords(
                subject=words.say("your link"),
                title=words.say("Your link"),
                before=words.say(
                    "Somebody, probably you, asked for a link to change what you get of {title}, "
                    "to pause, or to leave. Here it is:"
                ),
                link=words.say(_CHANGE),
                after=(_lasting(Purpose.PREFERENCES, words), words.say(_NOT_YOU)),
            )


def _lasting(purpose: Purpose, words: OwnWords) -> str:
    days = (LIFETIMES[purpose] or KEPT_PENDING).days
    return words.say_many("The link works for a day.", "The link works for %(number)s days.", days)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterHeaders:
    """What stands above a letter.

    Attributes:
        to: the address, in ASCII.
        date: aware, in the newsletter's zone.
        unique: the left side of the Message-ID: the same when the same letter is tried again.
    """

    to: str
    date: datetime
    unique: str


def letter_message(
    letter: DoorLetter,
    headers: LetterHeaders,
    *,
    link: str,
    masthead: Masthead,
    templates: Mapping[str, str],
) -> bytes:
    """The message, with CRLF."""
    shown, language = cleaned(masthead), own_tag(masthead)
    words = letter_words(letter, words_in(masthead.words))
    frame = Frame(shown, templates, NO_GLOSSARY)
    subject = f"{name_of(shown.title)}: {words.subject}"
    values = {
        "subject": subject,
        "title": words.title,
        "link": link,
        "link_text": words.link,
        "language": language,
        "direction": direction_of(language),
        "lines": (words.before.replace("{title}", shown.title), *words.after),
    }
    text, html = (frame.file(f"door/letter.{kind}.j2", **values) for kind in ("txt", "html"))
    # RFC 2045, section 6.7: quoted-printable never writes "=_".
    boundary = f"=_{headers.unique}"
    lines = [
        *_fields(headers, shown, subject, boundary),
        "",
        *_part(boundary, "text/plain", text),
        *_part(boundary, "text/html", html),
        f"--{boundary}--",
        "",
    ]
    return b"\r\n".join(line if isinstance(line, bytes) else line.encode("ascii") for line in lines)


def _fields(headers: LetterHeaders, masthead: Masthead, subject: str, boundary: str) -> list[str]:
    domain = masthead.from_address.rpartition("@")[2]
    answers = masthead.reply_to
    return [
        header_encoding.mailbox("From", discreet(masthead.from_name), masthead.from_address),
        *([header_encoding.verbatim("Reply-To", answers)] if answers else []),
        header_encoding.verbatim("To", headers.to),
        header_encoding.unstructured("Subject", subject),
        header_encoding.verbatim("Date", format_datetime(headers.date)),
        header_encoding.verbatim("Message-ID", f"<{headers.unique}@{domain}>"),
        # RFC 3834, section 5: no person wrote it, and no machine is to answer.
        header_encoding.verbatim("Auto-Submitted", "auto-generated"),
        header_encoding.verbatim("Content-Language", own_tag(masthead)),
        header_encoding.verbatim("MIME-Version", "1.0"),
        header_encoding.verbatim(
            "Content-Type", "multipart/alternative;", f'boundary="{boundary}"'
        ),
    ]


def _part(boundary: str, kind: str, body: bytes) -> list[str | bytes]:
    return [
        f"--{boundary}",
        f"Content-Type: {kind}; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        quoted_printable(body.decode()),
    ]
