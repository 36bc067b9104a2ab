"""One reply of a mail server: read within bounds, parsed, and without mail addresses in its text.

RFC 5321, section 4.2 (replies), RFC 2034 and RFC 3463 (enhanced codes). Decides nothing.
"""

from __future__ import annotations

import re
import ssl
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from msnewsletter.errors import printable

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

SERVICE_LEAVING = 421  # RFC 5321, section 3.8: it closes the connection, whatever was asked
_STORAGE = 452

# RFC 5321, section 4.5.3.1.5 has 512 bytes for a line; some servers say more.
LINE_LIMIT = 4096
LINES = 100
_CHUNK = 65536
_TEXT = 200  # characters of a text that are kept

_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([^\r\n]*))?\r?\n")
_ENHANCED = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:\s+|$)")
_LONG_ENOUGH = 4  # characters of a local part that are looked for inside words, too
_AROUND = "<>()[]{}\"'.,:;!?"


class UnreadableReplyError(Exception):
    """What came is no reply, or longer than any reply should be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpReply:
    """What a server said.

    Attributes:
        code: 200 to 599.
        enhanced: as in RFC 3463, "5.1.1"; None: it gave none.
        text: the rest, one printable line of 200 characters at most, without mail addresses.
    """

    code: int
    enhanced: str | None
    text: str

    @property
    def asks_to_slow_down(self) -> bool:
        """Whether it is about how fast or how much we send, not about one message.

        A 452 of kind 4.2.x is about one full mailbox.
        """
        kind = self.enhanced or ""
        return (
            self.code == SERVICE_LEAVING
            or (self.code == _STORAGE and not kind.startswith("4.2."))
            or kind.startswith("4.7.")
            or kind == "4.3.2"
        )


def parsed(code: int, lines: Iterable[bytes], *, hide: Iterable[str] = ()) -> SmtpReply:
    """The reply; `hide`: addresses whose left sides shall not be in its text either."""
    texts = [line.decode("utf-8", "replace") for line in lines]
    found = _ENHANCED.match(texts[0]) if texts else None
    # Servers repeat the enhanced code in each line.
    said = " ".join(_ENHANCED.sub("", text, count=1) for text in texts)
    return SmtpReply(code=code, enhanced=found[1] if found else None, text=scrubbed(said, hide))


def scrubbed(said: str, hide: Iterable[str] = ()) -> str:
    """A server's words on one printable line of 200 characters, without mail addresses.

    `hide`: addresses whose left sides shall not be in it either, wherever they stand.
    """
    names = [address.rpartition("@")[0].casefold() for address in hide]
    words: Iterable[str] = said.split()
    # Nearly nothing that servers say does, so that few words are looked at one by one.
    low = said.casefold()
    if "@" in low or "%40" in low or any(name and name in low for name in names):
        words = ("(address)" if _tells(word, names) else word for word in words)
    line = printable(" ".join(words))
    return line if len(line) <= _TEXT else line[: _TEXT - 1] + "…"


def _tells(word: str, names: Iterable[str]) -> bool:
    if "@" in word or "%40" in word:
        return True
    plain = word.casefold()
    bare = plain.strip(_AROUND)
    return any(
        name and (bare == name or (len(name) >= _LONG_ENOUGH and name in plain)) for name in names
    )


class ReplyReader:
    """Reads replies one by one from a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""
        self._at = 0

    def read(self, within: float) -> tuple[int, list[bytes]]:
        """The next reply: its code, and the text of each line.

        Raises UnreadableReplyError; TimeoutError where it is not whole within so many seconds;
        EOFError where the connection ends first; OSError.
        """
        until: float | None = None
        lines: list[bytes] = []
        code = b""
        while True:
            found = _LINE.match(self._buffer, self._at)
            if found is None:
                now = monotonic()
                left = within if until is None else until - now
                until = now + within if until is None else until
                self._receive(left)
                continue
            self._at = found.end()
            number, more, text = found.groups()
            if (code and number != code) or len(lines) == LINES or len(text or b"") > LINE_LIMIT:
                raise UnreadableReplyError
            code = number
            lines.append(text or b"")
            if more != b"-":
                return int(code), lines

    def unasked(self) -> bool:
        """Whether it has said something that nobody asked for, or has gone; waits for nothing."""
        if self._at < len(self._buffer):
            return True
        self._connection.settimeout(0)
        try:
            # Also a chance for TLS to take what is meant for it alone.
            self._connection.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        return True

    @property
    def has_more(self) -> bool:
        """Whether something has come beyond the last reply that was read."""
        return self._at < len(self._buffer)

    def _receive(self, within: float) -> None:
        """What has come, if anything has, within so many seconds or fewer."""
        left = self._buffer[self._at :]
        if b"\n" in left or len(left) > LINE_LIMIT:
            raise UnreadableReplyError
        if within <= 0:
            raise TimeoutError
        # Setting it is a system call, of which each message would have two: a shorter one will do.
        if not 0 < (self._connection.gettimeout() or 0) <= within:
            self._connection.settimeout(within)
        try:
            came = self._connection.recv(_CHUNK)
        except TimeoutError as error:
            if error.errno is None:
                return
            raise  # the system's: the connection is gone
        if not came:
            raise EOFError
        self._buffer, self._at = left + came, 0
