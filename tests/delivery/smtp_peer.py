"""A mail server that keeps to a script: what it offers, what it answers, and where it hangs up."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

OFFERS = ("PIPELINING", "SIZE 100000")
HANGS = "(hangs)"
_RESET = struct.pack("ii", 1, 0)  # close with RST, as a machine does that has lost its connection


class _HangUpError(Exception):
    """This is where the script ends."""


@dataclass
class SmtpPeer:
    """What it does, and what it has seen.

    Attributes:
        offers: the extensions in its reply to EHLO.
        answers: lines in place of the usual ones, by what a command line begins with; "." for the
            end of a message. A list: one for each time, then the usual one. An empty one: silence;
            HANGS: it says nothing more.
        greetings: in place of the usual one, one for each time; after a 421 it hangs up.
        hears: bytes that it takes after EHLO before it hangs up; None: all.
        says: bytes that it sends after its reply to EHLO before it hangs up; None: all.
        invites_anybody: it answers DATA with 354 though it has no sender or recipient.
        resets: it hangs up with RST instead of FIN.
        lines: what it has heard, without messages.
        messages: those whose final dot has come, as on the wire.
        said, heard: the bytes that it has sent after its reply to EHLO, and how many it has taken.
        connections: how many there were.
    """

    offers: tuple[str, ...] = OFFERS
    answers: dict[str, list[str]] = field(default_factory=dict)
    greetings: list[str] = field(default_factory=list)
    hears: int | None = None
    says: int | None = None
    invites_anybody: bool = False
    resets: bool = False
    port: int = 0
    lines: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    said: bytes = b""
    heard: int = 0
    connections: int = 0

    def serve(self, listening: socket.socket) -> None:
        """Take one connection after the other."""
        with suppress(OSError):
            while True:
                self.talk(listening.accept()[0])

    def talk(self, connection: socket.socket) -> None:
        """Keep to the script over one connection."""
        self.connections += 1
        # Several short answers in a row would wait for the other side's acknowledgement.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, suppress(OSError, _HangUpError):
            _Talk(self, connection).run()

    def answer(self, line: str, usual: str) -> str:
        for begins, answers in self.answers.items():
            if line.startswith(begins) and answers:
                return answers.pop(0)
        return usual


class _Talk:
    def __init__(self, peer: SmtpPeer, connection: socket.socket) -> None:
        self.peer, self.connection = peer, connection
        self.buffer = b""
        self.counting = False
        self.given: set[str] = set()  # of MAIL and RCPT, in this transaction

    def run(self) -> None:
        greeting = self.peer.greetings.pop(0) if self.peer.greetings else "220 peer.test"
        self.say(greeting)
        if greeting.startswith("421"):
            return
        while line := self.line():
            if line.upper().startswith("EHLO"):
                self.say("\r\n".join(f"250-{one}" for one in ("peer.test", *self.peer.offers)))
                self.say("250 HELP")
                self.counting = True
                self.peer.heard, self.peer.said = 0, b""
                continue
            self.peer.lines.append(line.upper() if line == "quit" else line)
            verb = line[:4].upper()
            answer = self.peer.answer(line, self.usual(verb))
            self.given = self.given - {"MAIL", "RCPT"} if verb == "RSET" else self.given
            if answer.startswith("250"):
                self.given.add(verb)
            self.say(answer)
            if verb == "QUIT" or answer.startswith("421"):
                return
            if answer.startswith("354"):
                self.message()

    def usual(self, verb: str) -> str:
        needs = {"RCPT": {"MAIL"}, "DATA": {"MAIL", "RCPT"}}.get(verb, set())
        if needs - self.given and not self.peer.invites_anybody:
            return "503 5.5.1 not now"
        return {"DATA": "354 go on", "QUIT": "221 bye"}.get(verb, "250 2.1.0 ok")

    def message(self) -> None:
        lines: list[bytes] = []
        while (line := self.raw_line()) != b".\r\n":
            if not line:
                return
            lines.append(line)
        self.peer.messages.append(b"".join(lines))
        self.given.clear()
        answer = self.peer.answer(".", "250 2.0.0 queued")
        self.say(answer)
        if answer.startswith("421"):
            raise _HangUpError

    def line(self) -> str:
        return self.raw_line().decode().rstrip("\r\n")

    def raw_line(self) -> bytes:
        """The next line with its end; b"" when the other side has closed."""
        while b"\n" not in self.buffer:
            left = self.left(self.peer.hears, self.peer.heard)
            if left == 0:
                self.hang_up()
            came = self.connection.recv(65536)[:left]
            if not came:
                return b""
            self.buffer += came
            self.peer.heard += len(came) * self.counting
        line, _, self.buffer = self.buffer.partition(b"\n")
        return line + b"\n"

    def left(self, until: int | None, so_far: int) -> int | None:
        return until - so_far if self.counting and until is not None else None

    def say(self, text: str) -> None:
        if text == HANGS:
            while self.connection.recv(65536):
                pass
            raise _HangUpError
        if not text:
            return
        data = text.encode() + b"\r\n"
        if self.counting:
            data = data[: self.left(self.peer.says, len(self.peer.said))]
            self.peer.said += data
        self.connection.sendall(data)
        if self.left(self.peer.says, len(self.peer.said)) == 0:
            self.hang_up()

    def hang_up(self) -> None:
        if self.peer.resets:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        raise _HangUpError


@contextmanager
def smtp_peer(peer: SmtpPeer) -> Iterator[SmtpPeer]:
    """The server at 127.0.0.1, for as long as the block runs."""
    listening = socket.create_server(("127.0.0.1", 0))
    peer.port = listening.getsockname()[1]
    thread = Thread(target=peer.serve, args=(listening,))
    thread.start()
    try:
        yield peer
    finally:
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
