"""Settings of the mail: `[mail]` and `[low_energy]`, and `[smtp]`, the server that takes it."""

from __future__ import annotations

from string import Formatter
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from msnewsletter.catalogues.own_words import to_say
from msnewsletter.model import MailDetail
from msnewsletter.settings_section import Line, Section
from msnewsletter.text import required_line
from msnewsletter.type_name import TypeName
from msnewsletter.validators import host, is_at_loopback, is_loopback, mailbox, url

_SUBJECT_FIELDS = {"title", "number", "date", "count"}


def _subject(text: str) -> str:
    known = ", ".join(f"{{{name}}}" for name in sorted(_SUBJECT_FIELDS))
    try:
        parts = Formatter().parse(required_line(text))
        used = {field for _, field, _, _ in parts if field is not None}
    except ValueError as error:
        raise ValueError(f"{text!r} cannot be filled ({error}); it may use {known}") from None
    if unknown := used - _SUBJECT_FIELDS:
        raise ValueError(f"{text!r} cannot be filled ({min(unknown)}); it may use {known}")
    return required_line(text)


Mailbox = Annotated[str, AfterValidator(mailbox), TypeName("address")]


def _way_out(text: str) -> str:
    """An address for leaving: https, or, where nothing leaves the machine, http as well.

    RFC 8058, section 3.1: one-click unsubscription needs an https URL. Settings as a whole refuse
    the other one outside of a sandbox.
    """
    here = text.startswith("http://") and is_at_loopback(text)
    return url(text, ("http" if here else "https",))


_WayOut = Annotated[str, AfterValidator(_way_out), TypeName("https URL")]


class MailSection(Section):
    """`[mail]`: sender, recipients and the texts of the mail."""

    from_name: Line
    """The name in the mail's From."""
    from_address: Mailbox
    """The address in the mail's From."""
    list_address: Mailbox
    """The mail's To; the List-Id derives from it."""
    unsubscribe_url: _WayOut
    """A reader's opaque token is appended to it. In a `sandbox` it may be one of this machine by
    `http`, e.g. `http://127.0.0.1:8000/unsubscribe/`.
    """
    unsubscribe_address: Mailbox
    """The mailbox for unsubscribing by mail."""
    postal_address: Line
    """The sender's address, in every mail."""
    # The default names no illness: others see the lock screen of a phone. Nor does it repeat the
    # sender's name, which stands beside it.
    subject: Annotated[str, AfterValidator(_subject), TypeName("line")] = to_say(
        "Issue {number}: {count}, {date}"
    )
    """May use `{title}`, `{number}`, `{date}` and `{count}`: `1 correction, 8 studies`, each where
    there is one.
    """
    why: Line = to_say("You get this mail because you asked for it.")
    """Why the reader gets it."""
    question: Line | None = None
    """A question to take to the MS team, at the end of the mail."""
    detail: Annotated[MailDetail, Field(strict=False)] = MailDetail.LEAD
    """`"lead"`: the first study whole, the others in short; `"whole"`: as many whole as there is
    room for; `"short"`: all in short.
    """
    contents: bool = False
    """`true`: a list of the studies comes before them."""
    reply_to: Mailbox | None = None
    """Where answers go, if not to `from_address`."""


class LowEnergySection(Section):
    """`[low_energy]`: the low-energy edition's own list.

    Without this section it goes to the list of the digest. See
    [two lists](../guides/other-senders.md#two-lists).
    """

    list_address: Mailbox
    """As in `[mail]`."""
    unsubscribe_url: _WayOut
    """As in `[mail]`: it ends the subscription to this edition alone."""
    unsubscribe_address: Mailbox
    """As in `[mail]`."""


# The standard ports: RFC 8314, section 3.3 and RFC 6409, section 3.1; RFC 5321, section 4.5.4.2.
_PORTS = {"tls": 465, "starttls": 587, "none": 25}


def _login(text: str) -> str:
    if not text.isascii():  # smtplib sends nothing else
        raise ValueError("holds letters outside ASCII")
    return required_line(text)


class SmtpSection(Section):
    """`[smtp]`: the server that takes issues, test sends and notices.

    Its password is in `MSNEWSLETTER_SMTP_PASSWORD` alone.
    """

    host: Annotated[str, AfterValidator(host), TypeName("host name")]
    """The mail server."""
    security: Literal["starttls", "tls", "none"] = "starttls"
    """Encrypted from the command STARTTLS on, from the first byte, or not at all. `"none"` with a
    `user` only for a server on this machine.
    """
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Left out: the usual one of `security`, which is 587, 465 or 25."""
    user: Annotated[str, AfterValidator(_login), TypeName("ASCII")] | None = None
    """The name to log in with; its password is in `MSNEWSLETTER_SMTP_PASSWORD`."""
    timeout: Annotated[int, Field(ge=1, le=600)] = 30
    """Seconds without an answer until we give up."""

    @field_validator("user")
    @classmethod
    def _no_password_in_clear(cls, user: str | None, info: ValidationInfo) -> str | None:
        where = info.data.get("host", "localhost")
        if user and info.data.get("security") == "none" and not is_loopback(where):
            raise PydanticCustomError(
                "password_in_clear", "its password would go to {host} unencrypted", {"host": where}
            )
        return user

    @property
    def effective_port(self) -> int:
        """The port: what is set, or the usual one."""
        return self.port or _PORTS[self.security]
