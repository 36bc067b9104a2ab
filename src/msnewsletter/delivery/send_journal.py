"""The journal of one connection: what was about to be sent, and what the server said of it.

Append-only; a line is one write(), so that a process that is killed leaves whole lines and at most
a torn last one::

    msnewsletter-journal 1 BOOT   the first line: the boot of the machine that wrote it
    S 12                          the last bytes of delivery 12 are about to be sent
    A 12                          the server has accepted it
    R 12 rcpt 550 5.1.1 dead      it has refused it: step, code, enhanced code or -, and of a
                                  refusal for good what code and words mean for the address

Deliveries are named by their numbers; no address is ever written here.

**After a kill** (SIGKILL, out of memory) the kernel still has all that was written: S without an
answer is in doubt, and what has no line was not sent.

**After a power cut** lines may be lost, because none is synced: that would cost more than sending.
The first line is synced, and so is its folder, before anything is sent: it is there, and names
another boot than the one that reads it. Then the absence of a line proves nothing: what was claimed
and has no answer is in doubt. A file whose first line is missing, or that holds what nobody wrote,
is read in the same way.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.delivery.inbound.reply_words import kind_of_reply
from msnewsletter.delivery.send_outcomes import SmtpStep
from msnewsletter.errors import OutboxError
from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Self

    from msnewsletter.delivery.smtp_reply import SmtpReply

SUFFIX = ".journal"
_FIRST = re.compile(rb"msnewsletter-journal 1 ([0-9a-f-]{36})\n")
_LINE = re.compile(
    rb"(?:([SA]) ([1-9][0-9]{0,18})|(R) ([1-9][0-9]{0,18}) (mail|rcpt|data|dot) ([45][0-9]{2}) "
    rb"(-|[245]\.[0-9]{1,3}\.[0-9]{1,3})(?: (dead|soft|ours))?)\n"
)
_PERMANENT = 500
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def boot_id() -> str:
    """The name of this boot of the machine, another after each start (proc(5))."""
    return _BOOT.read_text().strip()


class SendJournal:
    """Writes the journal of one connection, and of those that replace it in the same thread."""

    def __init__(self, path: Path, *, boot: str) -> None:
        """Make the file, durably and with its first line; raises FileExistsError, OutboxError."""
        self._path = path
        self._file: int | None = None
        begun = path.with_suffix(".begun")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        try:
            # Of a sender that was killed here: it may be a second name of its journal.
            begun.unlink(missing_ok=True)
            self._file = os.open(begun, flags, 0o600)
            self._write(f"msnewsletter-journal 1 {boot}\n")
            os.fsync(self._file)
            # Under its name from its first line on, and never in place of another's.
            os.link(begun, path)
            begun.unlink()
            _sync_folder(path.parent)
        except FileExistsError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise self._unwritable(error) from None

    def sending(self, delivery: int) -> None:
        """Note that its last bytes are about to be sent; raises OutboxError: do not send them."""
        self._write(f"S {delivery}\n")

    def accepted(self, delivery: int) -> None:
        """Note that the server has it."""
        self._write(f"A {delivery}\n")

    def refused(self, delivery: int, step: SmtpStep, reply: SmtpReply) -> None:
        """Note that the server has refused it."""
        line = f"R {delivery} {step} {reply.code} {reply.enhanced or '-'}"
        # The words themselves stay out: they may name somebody.
        meant = kind_of_reply(reply.code, reply.enhanced, reply.text)
        self._write(f"{line} {meant}\n" if reply.code >= _PERMANENT else f"{line}\n")

    def close(self) -> None:
        """Close the file; may be called twice."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, line: str) -> None:
        if self._file is None:
            raise OutboxError(str(self._path), "the journal has ended", "send again later")
        data = line.encode("ascii")
        try:
            written = os.write(self._file, data)
        except OSError as error:
            self.close()
            raise self._unwritable(error) from None
        if written < len(data):
            # Whatever came behind a torn line would be read as part of it.
            self.close()
            raise OutboxError(str(self._path), "the disk is full", "make room, then send again")

    def _unwritable(self, error: OSError) -> OutboxError:
        why = error.strerror or type(error).__name__
        return OutboxError(str(self._path), f"cannot be written ({why})", "repair that, send again")


def _sync_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


class Noted(StrEnum):
    """What journals say of a delivery."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"
    NOT_SENT = "not_sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedDelivery:
    """What journals say of a delivery; step, codes and kind only of a refused one.

    `kind`, what a refusal for good means for the address; None: the code alone tells.
    """

    noted: Noted
    step: SmtpStep | None = None
    code: int | None = None
    enhanced: str | None = None
    kind: BounceKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadJournal:
    """One journal, as far as it can be read.

    Attributes:
        boot: the boot that wrote it; None: its first line is missing.
        whole: it holds only what was written, but for a torn last line.
        deliveries: the last that it says of each.
    """

    boot: str | None
    whole: bool
    deliveries: Mapping[int, NotedDelivery]

    def complete(self, boot: str) -> bool:
        """Whether a delivery without a line was not sent, when read in this boot."""
        return self.whole and self.boot == boot


def read_journal(data: bytes) -> ReadJournal:
    """Read a journal's bytes; a torn last line was not written, so its step was not taken."""
    lines = data.split(b"\n")
    torn = lines.pop()
    whole = b"\0" not in torn
    first = _FIRST.fullmatch(lines[0] + b"\n") if lines else None
    deliveries: dict[int, NotedDelivery] = {}
    for line in lines[1:]:
        found = _LINE.fullmatch(line + b"\n")
        if found is None:
            whole = False
        elif found[1]:
            noted = Noted.IN_DOUBT if found[1] == b"S" else Noted.ACCEPTED
            deliveries[int(found[2])] = NotedDelivery(noted=noted)
        else:
            enhanced = found[7].decode()
            deliveries[int(found[4])] = NotedDelivery(
                noted=Noted.REFUSED,
                step=SmtpStep(found[5].decode()),
                code=int(found[6]),
                enhanced=None if enhanced == "-" else enhanced,
                kind=BounceKind(found[8].decode()) if found[8] else None,
            )
    return ReadJournal(
        boot=first[1].decode() if first else None, whole=whole, deliveries=deliveries
    )


# Of a delivery in several journals this counts first: a later try may be in another one.
_STRONGEST = (Noted.ACCEPTED, Noted.IN_DOUBT, Noted.REFUSED)


def recovered(
    claimed: Iterable[int], journals: Iterable[ReadJournal], *, boot: str
) -> dict[int, NotedDelivery]:
    """What became of the claimed deliveries of a sender that is gone.

    Args:
        claimed: those whose outcome nobody has kept.
        journals: all that the sender has left.
        boot: of the machine now, see `boot_id`.

    A refusal that was kept already may be found again where the delivery was claimed anew: it is
    counted twice then, and nothing is sent twice.
    """
    read = list(journals)
    missing = Noted.NOT_SENT if all(one.complete(boot) for one in read) else Noted.IN_DOUBT
    absent = NotedDelivery(noted=missing)
    found: dict[int, NotedDelivery] = {}
    for delivery in claimed:
        said = [one.deliveries[delivery] for one in read if delivery in one.deliveries]
        best = min(said, key=lambda one: _STRONGEST.index(one.noted), default=absent)
        # After a power cut the line of a later try may be lost behind a refusal.
        lost = best.noted is Noted.REFUSED and missing is Noted.IN_DOUBT
        found[delivery] = absent if lost else best
    return found
