"""Mail servers for tests: a real one (aiosmtpd), and ones that misbehave in ways it never would."""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

USER, PASSWORD = "notes@example.org", "correct horse"


@dataclass(frozen=True)
class Letter:
    """What a server took: the envelope, and the message as it came, dots restored."""

    sender: str
    to: list[str]
    message: bytes
    encrypted: bool
    user: str | None


@dataclass
class Mailbox:
    """Keeps what comes.

    `answers`: what it says in place of "250 OK" to "MAIL <address>", "RCPT <address>" or "DATA".
    """

    port: int = 0
    letters: list[Letter] = field(default_factory=list)
    arrived: SimpleQueue[Letter] = field(default_factory=SimpleQueue)
    answers: dict[str, str] = field(default_factory=dict)

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        del server, session
        return self.answers.get(f"MAIL {address}", "250 OK")

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        del server, session, options
        answer = self.answers.get(f"RCPT {address}", "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.get("DATA", "250 OK")
        if answer.startswith("250"):
            user = session.auth_data.decode() if session.auth_data else None
            letter = Letter(
                sender=envelope.mail_from,
                to=envelope.rcpt_tos,
                message=envelope.original_content,
                encrypted=bool(server.transport.get_extra_info("ssl_object")),
                user=user,
            )
            self.letters.append(letter)
            self.arrived.put(letter)
        return answer


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, data: Any
) -> AuthResult:
    del server, session, envelope, mechanism
    good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False, auth_data=data.login)


@contextmanager
def mail_server(
    *,
    security: str = "none",
    context: ssl.SSLContext | None = None,
    login: bool = False,
) -> Iterator[Mailbox]:
    """A real server at 127.0.0.1, for as long as the block runs."""
    box = Mailbox()
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(
            box,
            hostname="mail.test",
            loop=loop,
            tls_context=context if security == "starttls" else None,
            require_starttls=security == "starttls",
            authenticator=_authenticate if login else None,
            # aiosmtpd takes only its own STARTTLS for encryption; elsewhere one may log in or not.
            auth_required=login and security == "starttls",
            auth_require_tls=security == "starttls",
        )

    # In the loop's own thread: that of the test may have a loop already, as Playwright's has.
    thread = Thread(target=loop.run_forever)
    thread.start()
    made = loop.create_server(protocol, "127.0.0.1", 0, ssl=context if security == "tls" else None)
    server = asyncio.run_coroutine_threadsafe(made, loop).result()
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:

        async def end() -> None:
            server.close()
            left = asyncio.all_tasks() - {asyncio.current_task()}
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
            loop.stop()

        asyncio.run_coroutine_threadsafe(end(), loop)
        thread.join()
        loop.close()


@contextmanager
def scripted_server(*answers: str, then_hang: bool = False) -> Iterator[int]:
    """A port that says these lines, one for each line it hears, the first unasked; then hangs up.

    After a 354 it hears all of the data as one line. `then_hang`: it says no more and holds on.
    """
    listening = socket.create_server(("127.0.0.1", 0))

    def run() -> None:
        with suppress(OSError):
            peer, _ = listening.accept()
            with peer, peer.makefile("rb") as heard:
                for number, answer in enumerate(answers):
                    if number:
                        _hear(heard, data=answers[number - 1].startswith("354"))
                    peer.sendall(answer.encode() + b"\r\n")
                if then_hang:
                    while heard.readline():
                        pass
                elif answers:
                    _hear(heard, data=answers[-1].startswith("354"))

    thread = Thread(target=run)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        # Wakes whoever still waits for a caller.
        with suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


def _hear(heard: Any, *, data: bool) -> None:
    line = heard.readline()
    while data and line not in {b".\r\n", b""}:
        line = heard.readline()
