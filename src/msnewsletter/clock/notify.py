"""Notifies the editors: hands a notice to their command, or to the mail server.

Bounded in time, memory and disk, whatever the command or the server does.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

from msnewsletter.child_environment import child_environment
from msnewsletter.clock.notices import digest_of
from msnewsletter.clock.notify_settings import note_partly_notified, partly_notified
from msnewsletter.delivery.smtp import connected, server_of
from msnewsletter.errors import DeliveryError, RefusedError, printable
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.render.mail.notice_message import NoticeHeaders, notice_message
from msnewsletter.settings import smtp_password
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from msnewsletter.clock.notices import Notice
    from msnewsletter.clock.notify_settings import NotifySettings
    from msnewsletter.delivery.smtp import Server
    from msnewsletter.home import Home

_TIMEOUT = 60.0  # seconds that the command may take
_ANSWER = 30.0  # seconds that the mail server may take for each answer, at most
_LOOK = 0.05  # seconds between two looks whether it has ended
_QUOTED = 200  # bytes of its output that the error repeats
_READ = 65_536  # bytes of it that are read, and thrown away, at a time


def notify(
    home: Home, settings: NotifySettings, notice: Notice, *, at: datetime, timeout: float = _TIMEOUT
) -> None:
    """Give a notice to the editors; `at`: now, aware.

    Raises RefusedError where the command fails or takes longer than `timeout` seconds, and
    DeliveryError where the mail server takes the notice for none or not for all of them: those who
    have it do not get it again.
    """
    if settings.command:
        _run(home, settings, notice, timeout=timeout)
    if settings.addresses:
        _mail(home, settings, notice, at=at)


# ── by the command ───────────────────────────────────────────────────────────────────────────────


def _run(home: Home, settings: NotifySettings, notice: Notice, *, timeout: float) -> None:
    """Run the editors' command without a shell, the notice on its standard input."""
    words = settings.command
    about = {
        "MSNEWSLETTER_EVENT": notice.event,
        "MSNEWSLETTER_SLOT": notice.slot,
        "MSNEWSLETTER_ISSUE": notice.issue,
        "MSNEWSLETTER_SUBJECT": notice.subject,
        "MSNEWSLETTER_HOME": str(home.root),
    }
    # A file, not a pipe: a command that does not read it cannot make us wait.
    with tempfile.TemporaryFile() as text:
        text.write(notice.text.encode(errors="replace"))
        text.seek(0)
        try:
            with subprocess.Popen(  # noqa: S603  (the editors' own command, from their settings)
                list(words),
                cwd=home.root,
                stdin=text,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                env=child_environment(settings.environment, about),
                start_new_session=True,  # a Ctrl-C for the clock is not for it
            ) as process:
                said = _heard(process, until=monotonic() + timeout)
        except OSError as error:
            _refuse(words, f"cannot be run ({error.strerror})")
    if process.returncode == 0:
        return
    slow = process.returncode == -signal.SIGKILL
    code = f"none: stopped after {timeout:g} s" if slow else process.returncode
    shown = without_addresses(printable(" ".join(said.decode(errors="replace").split())))
    _refuse(words, f"failed (exit code {code}{': ' if shown else ''}{shown})")


def _heard(process: subprocess.Popen[bytes], *, until: float) -> bytes:
    """The beginning of what the command says until it ends; killed with its group if it is slow.

    A grandchild that lives on keeps the pipe open, and we do not wait for that.
    """
    assert process.stdout is not None  # noqa: S101  (it was asked for)
    pipe, said = process.stdout.fileno(), b""
    os.set_blocking(pipe, False)
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        open_ = True
        while process.poll() is None and monotonic() < until:
            if not open_:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LOOK)
            elif selector.select(_LOOK):
                open_, said = _read(pipe, said)
                if not open_:
                    selector.unregister(pipe)
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        _, said = _read(pipe, said)
    return said


def _read(pipe: int, said: bytes) -> tuple[bool, bytes]:
    """Whether the pipe is open still, and what was said, cut."""
    try:
        more = os.read(pipe, _READ)
    except BlockingIOError:
        return True, said
    return bool(more), (said + more)[:_QUOTED]


def _refuse(words: Sequence[str], problem: str) -> NoReturn:
    raise RefusedError(
        SETTINGS_NAME, f"the command of schedule.notify, {words[0]!r}, {problem}", "correct it"
    )


# ── by mail ──────────────────────────────────────────────────────────────────────────────────────


def _mail(home: Home, settings: NotifySettings, notice: Notice, *, at: datetime) -> None:
    """Send the notice to each editor who does not have it, in a message of its own."""
    assert settings.smtp is not None  # noqa: S101  (settings.py refuses addresses without it)
    name = f"{notice.event} {notice.about}"
    received = partly_notified(home, name)
    missing = {
        digest: address
        for address in settings.addresses
        if (digest := digest_of(address)) not in received
    }
    refused: list[DeliveryError] = []
    with connected(_server(settings)) as connection:
        for digest, address in missing.items():
            message = notice_message(_headers(settings, notice, address, at=at), notice.text)
            try:
                connection.send(message, sender=settings.from_address, to=address)
            except DeliveryError as error:
                refused.append(error)
            else:
                received = (*received, digest)
    note_partly_notified(home, name, received if refused else ())
    if refused:
        first = refused[0]
        some = f"of {len(settings.addresses)} editors, {len(refused)} did not get the notice: "
        raise DeliveryError(first.place, some + first.problem, first.remedy)


def _server(settings: NotifySettings) -> Server:
    assert settings.smtp is not None  # noqa: S101  (as above)
    server = server_of(settings.smtp, password=smtp_password())
    return replace(server, timeout=min(server.timeout, _ANSWER))


def _headers(
    settings: NotifySettings, notice: Notice, address: str, *, at: datetime
) -> NoticeHeaders:
    return NoticeHeaders(
        from_name=settings.from_name,
        from_address=settings.from_address,
        to=address,
        subject=notice.subject,
        title=settings.title,
        date=at.astimezone(settings.time_zone),
        # Hashed: no address leaks. The same when it is sent again: mail programs show one.
        unique=f"notice.{digest_of(f'{notice.event} {notice.about} {address}')}",
    )
