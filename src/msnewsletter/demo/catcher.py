"""A mail server for the demo: takes what comes from this machine, keeps it, and sends nothing on.

It knows as much of SMTP (RFC 5321) as a sender needs, and has limits of its own: no encryption, no
login, no mail above 5 MB, no more than 100 of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import TYPE_CHECKING, ClassVar, Final, Self

if TYPE_CHECKING:
    from types import TracebackType

SIZE_LIMIT: Final = 5_000_000  # bytes of one mail
LETTER_LIMIT: Final = 100
_LINE: Final = 4_096  # bytes; RFC 5321, section 4.5.3.1 asks for 512 of a command, 1,000 of text
_SILENCE: Final = 30.0  # seconds until a client is given up
_WAKE: Final = 0.02  # seconds between two looks whether to stop
_PATH: Final = re.compile(rb"(MAIL FROM|RCPT TO): ?<([^<>\s]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaughtLetter:
    """A mail that was taken: the envelope, and the message as it came, dots restored."""

    sender: str
    to: tuple[str, ...]
    message: bytes


class Catcher:
    """The server, at a port of 127.0.0.1 for as long as the block runs; 0: at a free one."""

    def __init__(self, port: int = 0) -> None:
        self.letters: list[CaughtLetter] = []
        self._server = _CatcherServer(("127.0.0.1", port), _CatcherSession)
        self._server.letters = self.letters
        self._thread = Thread(target=self._server.serve_forever, args=(_WAKE,), daemon=True)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        """Begin to take mail."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _CatcherServer(ThreadingTCPServer):
    # A client that holds on to its connection holds nothing up.
    daemon_threads = True
    block_on_close = False
    letters: list[CaughtLetter]


class _CatcherSession(StreamRequestHandler):
    """One connection."""

    server: _CatcherServer
    timeout = _SILENCE
    disable_nagle_algorithm = True
    _SIMPLE: ClassVar = {b"NOOP": "250 OK", b"HELO": "250 localhost", b"QUIT": "221 Bye"}

    def handle(self) -> None:
        """Answer each command until the client says goodbye, goes, or says nothing any more."""
        self._sender, self._to = "", list[str]()
        self._say("220 localhost takes mail for the demo")
        try:
            while line := self.rfile.readline(_LINE):
                self._answer(line.rstrip(b"\r\n"))
                if line[:4].upper() == b"QUIT":
                    break
        except OSError:
            return  # the client is gone

    def _answer(self, line: bytes) -> None:
        verb = line[:4].upper()
        if verb == b"EHLO":
            self._say("250-localhost", "250-PIPELINING", "250-8BITMIME", f"250 SIZE {SIZE_LIMIT}")
        elif verb in self._SIMPLE:
            self._say(self._SIMPLE[verb])
        elif verb == b"RSET":
            self._forget()
            self._say("250 OK")
        elif verb == b"DATA":
            self._take() if self._to else self._say("503 For whom?")
        elif found := _PATH.match(line):
            self._address(found[1].upper() == b"RCPT TO", found[2].decode("utf-8", "replace"))
        else:
            self._say("502 This server does not know that")

    def _address(self, is_recipient: bool, address: str) -> None:  # noqa: FBT001  (of one caller)
        if is_recipient:
            self._to.append(address)
        else:
            self._forget()
            self._sender = address
        self._say("250 OK")

    def _take(self) -> None:
        self._say("354 End it with a dot")
        message = self._message()
        if message is None:
            return
        if len(message) > SIZE_LIMIT:
            self._say("552 It is too large")
        elif len(self.server.letters) >= LETTER_LIMIT:
            self._say("452 This server has had enough")
        else:
            letter = CaughtLetter(sender=self._sender, to=tuple(self._to), message=message)
            self.server.letters.append(letter)
            self._say("250 Taken")
        self._forget()

    def _message(self) -> bytes | None:
        """The message up to its dot, cut a little above the limit; None: the client went away."""
        pieces, size, at_start = list[bytes](), 0, True
        while line := self.rfile.readline(_LINE):
            if at_start and line == b".\r\n":
                return b"".join(pieces)
            # RFC 5321, section 4.5.2: a dot at the beginning of a line is doubled on the way.
            text = line[1:] if at_start and line.startswith(b".") else line
            at_start = line.endswith(b"\n")
            if size <= SIZE_LIMIT:
                pieces.append(text)
                size += len(text)
        return None

    def _forget(self) -> None:
        self._sender, self._to = "", []

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode("ascii"))
