"""Folders of issues in the outbox, each whole or not there at all.

Maildir fashion: written and fsynced in `tmp/`, then renamed into `new/`. Our own sender moves a
folder to `sending/`, and to `sent/` when nothing is left to do; another consumer moves folders to
`sent/` or anywhere it likes. Knows bytes and names, not what they say.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msnewsletter.disk import atomic
from msnewsletter.home import issue_name
from msnewsletter.urls import FEED_NAMES, archive_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.home import Home

MANIFEST = "manifest.json"
SENDING = "sending"
# Beside an issue's files from the moment on that our own sender has it: see `mark_delivery`.
DELIVERY_MARK = "delivery.json"

_CLAIM_LIMIT = 1_000  # bytes; a token has 16
_MARK_LIMIT = 10_000  # bytes; there are a few numbers in it


def write_issue(home: Home, number: int, files: Mapping[str, bytes], manifest: bytes) -> None:
    """Write an issue's folder in `tmp/`, replacing what a crash left there, and fsync it."""
    folder = home.outbox / "tmp" / issue_name(number)
    with atomic.disk_errors(home):
        _make_folders(home)
        _remove(folder)
        folder.mkdir()
        for name, data in {**files, MANIFEST: manifest}.items():
            atomic.write_synced(folder / name, data)
        atomic.sync_folder(folder)
        atomic.sync_folder(folder.parent)


def issue_waits(home: Home, number: int) -> bool:
    """Whether the issue's folder is still in `tmp/`."""
    return (home.outbox / "tmp" / issue_name(number)).is_dir()


def release_issue(home: Home, number: int) -> None:
    """Move an issue's folder from `tmp/` to `new/`: from this moment on it is published."""
    name = issue_name(number)
    with atomic.disk_errors(home):
        _make_folders(home)
        (home.outbox / "tmp" / name).rename(home.outbox / "new" / name)
        atomic.sync_folder(home.outbox / "new")
        atomic.sync_folder(home.outbox / "tmp")


def is_lost(home: Home) -> bool:
    """Whether the outbox was removed: what was in `tmp/` and what was released look alike now."""
    return not (home.outbox / "tmp").is_dir()


def released_folder(home: Home, number: int) -> Path | None:
    """The folder of an issue that was released, where it can be seen; None: there is none."""
    places = (home.outbox / name / issue_name(number) for name in ("new", SENDING, "sent"))
    return next((place for place in places if place.exists()), None)


def take_issue(home: Home, number: int) -> bool:
    """Move an issue's folder from `new/` to `sending/`; False: it is in neither.

    A second call finds the folder that the first one moved.
    """
    name = issue_name(number)
    taken = home.outbox / SENDING / name
    with atomic.disk_errors(home):
        atomic.make_folder(taken.parent)
        try:
            (home.outbox / "new" / name).rename(taken)
        except FileNotFoundError:  # taken by us before, or by another sender
            return taken.is_dir()
        atomic.sync_folder(taken.parent)
        atomic.sync_folder(home.outbox / "new")
    return True


def is_taken(home: Home, number: int) -> bool:
    """Whether an issue's folder is in `sending/`."""
    return (home.outbox / SENDING / issue_name(number)).is_dir()


def mark_delivery(home: Home, number: int, mark: bytes) -> None:
    """Record durably, in a folder in `sending/`, that our own sender has it."""
    path = home.outbox / SENDING / issue_name(number) / DELIVERY_MARK
    atomic.write_atomically(home, path, mark)


def delivery_mark(home: Home, number: int) -> bytes | None:
    """The record of our own sender in an issue's folder, wherever that is; None: there is none.

    Raises OutboxError where it cannot be read.
    """
    folder = released_folder(home, number)
    if folder is None:
        return None
    return atomic.bytes_if_any(home, folder / DELIVERY_MARK, limit=_MARK_LIMIT)


def put_sent(home: Home, number: int) -> None:
    """Move an issue's folder from `sending/` to `sent/`: nothing is left to do."""
    name = issue_name(number)
    with atomic.disk_errors(home):
        _make_folders(home)
        with suppress(FileNotFoundError):  # somebody moved it, or we did before
            (home.outbox / SENDING / name).rename(home.outbox / "sent" / name)
        atomic.sync_folder(home.outbox / "sent")
        atomic.sync_folder(home.outbox / SENDING)


def take_back(home: Home, number: int) -> None:
    """Move an issue's folder from `sent/` to `sending/`: there is something to do again."""
    name = issue_name(number)
    with atomic.disk_errors(home):
        atomic.make_folder(home.outbox / SENDING)
        with suppress(FileNotFoundError):
            (home.outbox / "sent" / name).rename(home.outbox / SENDING / name)
        atomic.sync_folder(home.outbox / SENDING)
        atomic.sync_folder(home.outbox / "sent")


def delivered_here(home: Home) -> tuple[int, ...]:
    """The issues that our own sender had, finished or not, by what the outbox shows, in order.

    One that somebody moved back to `new/` is among them.
    """
    found: set[int] = set()
    for place in ("new", SENDING, "sent"):
        with suppress(OSError), os.scandir(home.outbox / place) as folders:
            for folder in folders:
                ours = place == SENDING or Path(folder.path, DELIVERY_MARK).exists()
                if ours and folder.name.isdigit() and folder.name.isascii():
                    found.add(int(folder.name))
    return tuple(sorted(found))


def withdraw_issue(home: Home, number: int, *, as_of: datetime) -> bool:
    """Move an issue's folder from `new/` to `withdrawn/`; False: a sender has taken it.

    `as_of`: the issue's cutoff, aware. A second call finds the folder that the first one moved.
    """
    name = issue_name(number)
    aside = home.outbox / "withdrawn" / f"{name}-{as_of:%Y-%m-%dT%H%M%S}"
    waiting = home.outbox / "new" / name
    if not waiting.is_dir():
        return aside.is_dir()
    with atomic.disk_errors(home):
        atomic.make_folder(aside.parent)
        try:
            waiting.rename(aside)
        except FileNotFoundError:  # a sender was quicker
            return False
        atomic.sync_folder(aside.parent)
        atomic.sync_folder(home.outbox / "new")
    return True


def stray_issue(home: Home, number: int) -> Path | None:
    """A trace of an issue with this number that went out: its folder, or its archive document.

    Its pages prove nothing: they are written before it is released.
    """
    archived = home.site / archive_folder(number) / FEED_NAMES[-1]
    return released_folder(home, number) or (archived if archived.exists() else None)


def waiting_folders(home: Home) -> tuple[tuple[str, datetime], ...]:
    """The folders in `new/` that nobody has taken: name, and since when (aware UTC), by name."""
    found = []
    # What is taken meanwhile is no error, nor is a `new/` that is not there yet.
    with suppress(OSError), os.scandir(home.outbox / "new") as folders:
        for folder in folders:
            with suppress(OSError):
                if folder.is_dir(follow_symlinks=False):
                    since = datetime.fromtimestamp(int(folder.stat().st_mtime), UTC)
                    found.append((folder.name, since))
    return tuple(sorted(found))


def sweep(home: Home) -> None:
    """Remove what crashes left in `tmp/`."""
    with atomic.disk_errors(home):
        _make_folders(home)
        for left in (home.outbox / "tmp").iterdir():
            _remove(left)


def write_claim(home: Home, token: str) -> None:
    """Record durably that this home releases an issue; the database has the same token."""
    atomic.write_atomically(home, home.claim, f"{token}\n".encode())


def claim_here(home: Home) -> str | None:
    """The claim token of the release under way in this home; None: there is none.

    Raises OutboxError where it cannot be read.
    """
    data = atomic.bytes_if_any(home, home.claim, limit=_CLAIM_LIMIT)
    return None if data is None else data.decode(errors="replace").strip()


def forget_claim(home: Home) -> None:
    """Remove the claim token: the issue is out."""
    with atomic.disk_errors(home):
        home.claim.unlink(missing_ok=True)


def _remove(path: Path) -> None:
    """Remove a file or a folder; of a link the link alone, whatever it leads to."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _make_folders(home: Home) -> None:
    for name in ("tmp", "new", "sent", "site"):
        atomic.make_folder(home.outbox / name)
