"""The process of a recording server: a thread a connection, and a file that it appends to.

recording_server.py starts it and reads the file. What it does is decided by behaviours.py's data.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
import re
import select
import socket
import ssl
import threading
import time
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from typing import TYPE_CHECKING, Any, NoReturn

from peers.behaviours import (
    Behaviour,
    DataAnyway,
    Drop,
    DropAfterBytes,
    Ending,
    Greylist,
    Moment,
    NoEarlyTalk,
    Occasional,
    Probation,
    Reply,
    Side,
    SlowReplies,
    Stall,
    Step,
    Talkative,
)
from peers.child import answer_parent
from peers.wire import EndedError, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What the process is told: how to behave from now on, and where to write."""

    behaviour: Behaviour
    folder: Path
    certificate: Path | None
    key: Path | None
    keep_messages: bool
    transcript: bool
    host: str


@dataclass(frozen=True)
class Settle:
    """Tells the process to answer when no connection is open."""


# ── what rules remember ──────────────────────────────────────────────────────────────────────────


class _Memory:
    """What was counted since the behaviour began, over all connections."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._occasions: Counter[int] = Counter()
        self._tries: Counter[tuple[str, str]] = Counter()
        self._taken: deque[float] = deque()

    def holds(self, number: int, rule: Occasional) -> bool:
        """Whether an occasional rule holds now, at one more of its occasions."""
        with self._lock:
            occasion = self._occasions[number]
            self._occasions[number] += 1
        return rule.holds(occasion)

    def known(self, sender: str, recipient: str, tries: int) -> bool:
        """Whether this pair was seen so often before."""
        with self._lock:
            self._tries[sender, recipient] += 1
            return self._tries[sender, recipient] > tries

    def full(self, most: int, seconds: float) -> bool:
        """Whether so many recipients were taken within these last seconds; if not, take one."""
        with self._lock:
            now = time.monotonic()
            while self._taken and self._taken[0] <= now - seconds:
                self._taken.popleft()
            if len(self._taken) >= most:
                return True
            self._taken.append(now)
            return False


class _Recorder:
    """The files: each line is one write, there when the function returns, whoever is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        self._accepted = os.open(folder / "accepted.jsonl", flags, 0o600)
        self._transcript = os.open(folder / "transcript.jsonl", flags, 0o600)
        self._lock = threading.Lock()
        self._number = 0

    def accept(self, letter: dict[str, Any], message: bytes, *, keep: bool) -> int:
        with self._lock:
            self._number += 1
            number = self._number
            if keep:
                (self._folder / f"{number}.eml").write_bytes(message)
            os.write(self._accepted, _line({"number": number, **letter}))
        return number

    def note(self, connection: int, side: Side, line: bytes) -> None:
        text = line.decode("latin-1")
        os.write(self._transcript, _line([connection, side, text]))


def _line(data: object) -> bytes:
    return json.dumps(data).encode() + b"\n"


# ── one connection ───────────────────────────────────────────────────────────────────────────────


@dataclass
class _Act:
    """What is done at one reply."""

    lines: tuple[str, ...]
    before: Ending | None = None
    after: Ending | None = None
    stalls: bool = False
    kept: bool = False
    replaced: bool = False

    @property
    def silent(self) -> bool:
        return self.stalls or self.before is not None

    @property
    def positive(self) -> bool:
        return not self.silent and self.lines[-1][:1] in {"2", "3"}

    def replace(self, lines: tuple[str, ...], then: Ending | None = None) -> None:
        if not self.replaced:
            self.lines, self.replaced = lines, True
            self.after = self.after or then


@dataclass
class _Envelope:
    sender: str = ""
    recipients: list[str] = field(default_factory=list)
    open: bool = False


class _Connection:
    """One dialogue, by the plan that was in force when it began."""

    def __init__(self, number: int, accepted: socket.socket, server: _Server) -> None:
        self._number = number
        self._plan = server.plan
        self._memory = server.memory
        self._recorder = server.recorder
        self._context = server.context
        self._rules = list(enumerate(server.plan.behaviour.rules))
        cuts = [
            rule
            for number_, rule in self._rules
            if isinstance(rule, DropAfterBytes) and self._memory.holds(number_, rule)
        ]
        self._wire = Wire(accepted, cuts)
        self._envelope = _Envelope()
        self._encrypted = False
        self._user: str | None = None
        self._rcpts = 0
        self._commands: dict[str, Callable[[str], None]] = {
            "EHLO": self._ehlo,
            "HELO": self._helo,
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": lambda _: self._done(Step.NOOP, "250 2.0.0 OK"),
            "QUIT": self._quit,
        }

    def run(self) -> None:
        ending: Ending | None = None
        try:
            self._wire.cut_at_once()
            if self._plan.behaviour.security == "tls":
                self._start_tls()
            self._done(Step.GREETING, "220 mail.test ESMTP")
            while True:
                line = self._hear()
                verb, _, rest = line.decode("latin-1").strip().partition(" ")
                self._commands.get(verb.upper(), self._unknown)(rest.strip())
        except EndedError as ended:
            ending = ended.ending
        except OSError:  # the client is gone, or refuses our certificate
            pass
        finally:
            self._wire.end(ending)

    # commands

    def _ehlo(self, _: str) -> None:
        behaviour = self._plan.behaviour
        offered = ["mail.test", *behaviour.extensions]
        clear = behaviour.security == "starttls" and not self._encrypted
        if clear:
            offered.append("STARTTLS")
        if behaviour.login and not clear:
            offered.append(f"AUTH {' '.join(behaviour.login.mechanisms)}")
        self._envelope = _Envelope()
        dashes = ["-"] * (len(offered) - 1) + [" "]
        self._done(
            Step.EHLO, *(f"250{dash}{one}" for dash, one in zip(dashes, offered, strict=True))
        )

    def _helo(self, _: str) -> None:
        self._envelope = _Envelope()
        self._done(Step.HELO, "250 mail.test")

    def _starttls(self, _: str) -> None:
        if self._plan.behaviour.security != "starttls" or self._encrypted:
            self._unknown("")
        elif self._done(Step.STARTTLS, "220 2.0.0 Ready to start TLS"):
            self._start_tls()

    def _auth(self, rest: str) -> None:
        login = self._plan.behaviour.login
        mechanism, _, first = rest.partition(" ")
        if login is None or mechanism.upper() not in login.mechanisms:
            self._unknown("")
            return
        if mechanism.upper() == "PLAIN":
            parts = _decoded(first or self._challenge(b"")).split("\0")
            user, password = parts[1:] if len(parts) == 3 else ("", "")
        else:
            user = _decoded(first or self._challenge(b"Username:"))
            password = _decoded(self._challenge(b"Password:"))
        good = (user, password) == (login.user, login.password)
        reply = "235 2.7.0 Welcome" if good else "535 5.7.8 User or password is wrong"
        if self._done(Step.AUTH, reply):
            self._user = user

    def _mail(self, rest: str) -> None:
        address = _address(rest)
        if self._plan.behaviour.login and self._user is None:
            usual = "530 5.7.0 Authentication required"
        elif self._envelope.open:
            usual = "503 5.5.1 Nested MAIL"
        else:
            usual = "250 2.1.0 Sender OK"
        if self._done(Step.MAIL, usual, address=address):
            self._envelope = _Envelope(sender=address, open=True)

    def _rcpt(self, rest: str) -> None:
        address = _address(rest)
        usual = "250 2.1.5 Recipient OK" if self._envelope.open else "503 5.5.1 MAIL first"
        if self._done(Step.RCPT, usual, address=address):
            self._envelope.recipients.append(address)

    def _data(self, _: str) -> None:
        anyway = any(isinstance(rule, DataAnyway) for _, rule in self._rules)
        if not self._envelope.open:
            usual = "503 5.5.1 MAIL first"
        elif self._envelope.recipients or anyway:
            usual = "354 End with a dot"
        else:
            usual = "554 5.5.1 No valid recipients"
        if self._done(Step.DATA, usual):
            self._body()

    def _body(self) -> None:
        message = self._wire.message()
        self._transcribe(Side.CLIENT, b"(%d bytes)" % len(message))
        envelope, self._envelope = self._envelope, _Envelope()
        usual = "250 2.0.0 Recorded" if envelope.recipients else "554 5.5.1 No valid recipients"
        act = self._decide(Step.BODY, (usual,))
        if envelope.recipients and (act.kept if act.silent else act.positive):
            self._recorder.accept(
                self._letter(envelope, message), message, keep=self._plan.keep_messages
            )
        self._do(act)

    def _rset(self, _: str) -> None:
        self._envelope = _Envelope()
        self._done(Step.RSET, "250 2.0.0 OK")

    def _quit(self, _: str) -> None:
        self._done(Step.QUIT, "221 2.0.0 Bye")
        raise EndedError(Ending.CLOSE)

    def _unknown(self, _: str) -> None:
        self._done(Step.OTHER, "502 5.5.1 Not here, or not now")

    # their parts

    def _challenge(self, text: bytes) -> str:
        self._say(b"334 " + base64.b64encode(text) + b"\r\n")
        return self._hear().decode("latin-1").strip()

    def _start_tls(self) -> None:
        assert self._context
        self._wire.start_tls(self._context)
        self._encrypted = True
        self._envelope = _Envelope()

    def _letter(self, envelope: _Envelope, message: bytes) -> dict[str, Any]:
        headers = BytesHeaderParser().parsebytes(message.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        return {
            "connection": self._number,
            "sender": envelope.sender,
            "recipients": envelope.recipients,
            "message_id": str(headers.get("Message-ID", "")),
            "x_id": str(headers.get("X-ID", "")),
            "size": len(message),
            "sha256": hashlib.sha256(message).hexdigest(),
            "encrypted": self._encrypted,
            "user": self._user,
        }

    def _hear(self) -> bytes:
        line = self._wire.line()
        self._transcribe(Side.CLIENT, line.rstrip(b"\r\n"))
        return line

    def _say(self, data: bytes) -> None:
        slow = next((rule for _, rule in self._rules if isinstance(rule, SlowReplies)), None)
        self._wire.say(data, slow.pause if slow else None)
        self._transcribe(Side.SERVER, data[:1000].rstrip(b"\r\n"))

    def _transcribe(self, side: Side, line: bytes) -> None:
        if self._plan.transcript:
            self._recorder.note(self._number, side, line)

    # replies

    def _done(self, step: Step, *usual: str, address: str = "") -> bool:
        """Reply, and return whether the reply was a positive one."""
        act = self._decide(step, usual, address)
        self._do(act)
        return act.positive

    def _decide(self, step: Step, usual: tuple[str, ...], address: str = "") -> _Act:
        act = _Act(usual)
        if step is Step.RCPT:
            self._rcpts += 1
        for number, rule in self._rules:
            self._apply(number, rule, act, step, address)
        return act

    def _apply(self, number: int, rule: object, act: _Act, step: Step, address: str) -> None:
        match rule:
            case Reply(at=at, to=to) | Drop(at=at, to=to) | Stall(at=at, to=to):
                meant = at is step and re.search(to, address)
                if meant and self._memory.holds(number, rule):
                    _apply_occasional(rule, act)
            case Greylist():
                if step is Step.RCPT and not self._memory.known(
                    self._envelope.sender, address, rule.tries
                ):
                    act.replace(rule.lines)
            case Probation():
                if step is Step.RCPT and self._is_over(rule):
                    act.replace(rule.lines, rule.then)
            case Talkative() if rule.at in {None, step}:
                code = act.lines[-1][:3]
                lines = (f"{code}-{'x' * rule.size}",) * rule.lines
                act.lines = (*act.lines[:-1], *lines, act.lines[-1])
            case NoEarlyTalk():
                if self._wire.pending:
                    act.replace(("554 5.5.0 You talk too early",), Ending.CLOSE)

    def _is_over(self, rule: Probation) -> bool:
        if rule.seconds is None:
            return self._rcpts > rule.recipients
        return self._memory.full(rule.recipients, rule.seconds)

    def _do(self, act: _Act) -> None:
        if act.stalls:
            self._wire.wait_for_end()
            raise EndedError
        if act.before:
            raise EndedError(act.before)
        self._say("".join(f"{line}\r\n" for line in act.lines).encode("latin-1"))
        if act.after:
            raise EndedError(act.after)


def _apply_occasional(rule: Reply | Drop | Stall, act: _Act) -> None:
    match rule:
        case Reply():
            act.replace(rule.lines, rule.then)
        case Drop(when=Moment.AFTER):
            act.after = act.after or rule.ending
        case Drop():
            act.before, act.kept = rule.ending, rule.kept
        case Stall():
            act.stalls, act.kept = True, rule.kept


def _address(rest: str) -> str:
    """The address of `FROM:<a@b> SIZE=1`."""
    found = re.match(r"(?:FROM|TO):\s*<([^>]*)>", rest, re.IGNORECASE)
    return found[1] if found else ""


def _decoded(text: str) -> str:
    with suppress(binascii.Error, UnicodeDecodeError):
        return base64.b64decode(text, validate=True).decode()
    return ""


# ── the process ──────────────────────────────────────────────────────────────────────────────────


class _Server:
    """Listens, and does what its plan says; a new plan holds for connections that begin later."""

    def __init__(self, plan: Plan) -> None:
        self.recorder = _Recorder(plan.folder)
        self._listening = socket.create_server((plan.host, 0), backlog=512)
        self._open: set[threading.Thread] = set()
        self._taken = 0
        self._changed = threading.Condition()
        self.follow(plan)
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        port: int = self._listening.getsockname()[1]
        return port

    def follow(self, plan: Plan) -> None:
        with self._changed:
            self.plan = plan
            self.memory = _Memory()
            self.context: ssl.SSLContext | None = None
            if plan.certificate:
                self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                self.context.load_cert_chain(plan.certificate, plan.key)

    def settle(self) -> None:
        """Wait until each connection that was made has ended."""
        with self._changed:
            self._changed.wait_for(lambda: not self._open and not self._waiting())

    def _waiting(self) -> bool:
        """Whether somebody has connected whom we have not accepted yet."""
        return bool(select.select([self._listening], [], [], 0)[0])

    def _listen(self) -> NoReturn:
        while True:
            select.select([self._listening], [], [])
            with self._changed:
                accepted, _ = self._listening.accept()
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._taken += 1
                connection = _Connection(self._taken, accepted, self)
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._open.add(thread)
            thread.start()

    def _serve(self, connection: _Connection) -> None:
        try:
            connection.run()
        finally:
            with self._changed:
                self._open.discard(threading.current_thread())
                self._changed.notify_all()


def main() -> None:
    """Serve until the parent is gone."""
    server: _Server | None = None

    def answer(told: Plan | Settle) -> int:
        nonlocal server
        if isinstance(told, Plan):
            if server is None:
                server = _Server(told)
            server.follow(told)
        elif server is not None:
            server.settle()
        return server.port if server else 0

    answer_parent(answer)
    # Whoever still stalls is not waited for.
    os._exit(0)
