"""How a mail server of the tests behaves: data, so that tests parametrise and Hypothesis draws.

`Behaviour()` is a good server. Its rules are asked in their order at each reply; of those that
would replace a reply, the first one does.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What a server replies to."""

    GREETING = "greeting"
    EHLO = "EHLO"
    HELO = "HELO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"  # the last reply to it, that to the password
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"  # the final dot
    RSET = "RSET"
    NOOP = "NOOP"
    QUIT = "QUIT"
    OTHER = "other"  # a command that it does not know, or not now


class Side(StrEnum):
    """Whose bytes."""

    CLIENT = "client"
    SERVER = "server"


class Ending(StrEnum):
    """How a connection ends."""

    CLOSE = "close"  # FIN; what the client says afterwards is answered by RST
    RESET = "reset"  # RST
    HALF_CLOSE = "half-close"  # FIN; what the client says afterwards is read and ignored


class Moment(StrEnum):
    """When, around a reply."""

    BEFORE = "before"
    AFTER = "after"


class Certificate(StrEnum):
    """What the server shows; all are issued by the tests' authority."""

    VALID = "valid"
    EXPIRED = "expired"
    OTHER_NAME = "for another name"


@dataclass(frozen=True, kw_only=True)
class Occasional:
    """A rule that holds at some of its occasions, counted over all connections.

    It spares the first `skip` of them, then holds `times` times; None: for ever.
    """

    skip: int = 0
    times: int | None = None

    def holds(self, occasion: int) -> bool:
        """Whether it holds at this occasion; the first one is 0."""
        return occasion >= self.skip and (self.times is None or occasion < self.skip + self.times)


@dataclass(frozen=True, kw_only=True)
class Reply(Occasional):
    """Say these lines, without CRLF, in place of the usual reply, and then perhaps hang up.

    `to`: a pattern that the address of MAIL or RCPT must contain. A character is a byte (Latin-1).
    """

    at: Step
    lines: tuple[str, ...]
    to: str = ""
    then: Ending | None = None


@dataclass(frozen=True, kw_only=True)
class Drop(Occasional):
    """End the connection before or after a reply.

    `kept`: at `Step.BODY`, whether a message that got no reply was accepted all the same.
    """

    at: Step
    when: Moment = Moment.BEFORE
    ending: Ending = Ending.CLOSE
    to: str = ""
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class Stall(Occasional):
    """Say nothing more, and hold the connection until the client ends it; `kept` as in Drop."""

    at: Step
    to: str = ""
    kept: bool = False


@dataclass(frozen=True, kw_only=True)
class DropAfterBytes(Occasional):
    """End a connection when so many bytes were heard (Side.CLIENT) or said (Side.SERVER) on it.

    They are counted inside TLS. What was heard in full is still answered. The occasions are
    connections.
    """

    count: int
    side: Side
    ending: Ending = Ending.CLOSE


@dataclass(frozen=True, kw_only=True)
class Greylist:
    """Refuse each pair of sender and recipient the first time, or the first `tries` times."""

    tries: int = 1
    lines: tuple[str, ...] = ("450 4.7.1 Greylisted, try again later",)


@dataclass(frozen=True, kw_only=True)
class Probation:
    """Refuse further recipients after so many, on each connection or in so many seconds."""

    recipients: int
    seconds: float | None = None  # None: on each connection
    lines: tuple[str, ...] = ("452 4.3.2 Too much from you, slow down",)
    then: Ending | None = None


@dataclass(frozen=True, kw_only=True)
class DataAnyway:
    """Answer DATA with 354 even where every recipient was refused; refuse at the final dot."""


@dataclass(frozen=True, kw_only=True)
class SlowReplies:
    """Say each byte in a segment of its own, with so many seconds between two."""

    pause: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Talkative:
    """Say so many lines of so many bytes before the last line of each reply, or at one step."""

    at: Step | None = None
    size: int = 1_000_000
    lines: int = 1


@dataclass(frozen=True, kw_only=True)
class NoEarlyTalk:
    """Refuse and hang up on a client that says more before it has its reply."""


Rule = (
    Reply
    | Drop
    | Stall
    | DropAfterBytes
    | Greylist
    | Probation
    | DataAnyway
    | SlowReplies
    | Talkative
    | NoEarlyTalk
)


@dataclass(frozen=True, kw_only=True)
class Login:
    """Who may send; with STARTTLS it is offered only once the connection is encrypted."""

    user: str = "notes@example.org"
    password: str = "correct horse"  # noqa: S105  (of a server of the tests)
    mechanisms: tuple[str, ...] = ("PLAIN", "LOGIN")


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """What a server offers, and its rules.

    `security`: none, starttls, tls (from the first byte).
    """

    extensions: tuple[str, ...] = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")
    rules: tuple[Rule, ...] = ()
    security: str = "none"
    certificate: Certificate = Certificate.VALID
    login: Login | None = None
