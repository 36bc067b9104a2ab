"""Folders of issues in the outbox, each whole or not there at all.

Maildir fashion: written and fsynced in `tmp/`, then renamed into `new/`; a consumer moves folders
to `sent/` or anywhere it likes. Knows bytes and names, not what they say.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from msnewsletter.disk import atomic
from msnewsletter.home import issue_name
from msnewsletter.urls import issue_page_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

MANIFEST = "manifest.json"


def write_issue(home: Home, number: int, files: Mapping[str, bytes], manifest: bytes) -> None:
    """Write an issue's folder in `tmp/`, replacing what a crash left there, and fsync it."""
    folder = home.outbox / "tmp" / issue_name(number)
    with atomic.disk_errors(home):
        _make_folders(home)
        if folder.exists():
            shutil.rmtree(folder)
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
        (home.outbox / "tmp" / name).rename(home.outbox / "new" / name)
        atomic.sync_folder(home.outbox / "new")
        atomic.sync_folder(home.outbox / "tmp")


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
    """A trace of an issue with this number that went out: its folder, or its page."""
    traces = (
        home.outbox / "new" / issue_name(number),
        home.outbox / "sent" / issue_name(number),
        home.site / issue_page_name(number),
    )
    return next((trace for trace in traces if trace.exists()), None)


def sweep(home: Home) -> None:
    """Remove what crashes left in `tmp/`."""
    with atomic.disk_errors(home):
        _make_folders(home)
        for left in (home.outbox / "tmp").iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()


def write_claim(home: Home, token: str) -> None:
    """Record durably that this home releases an issue; the database has the same token."""
    atomic.write_atomically(home, home.claim, f"{token}\n".encode())


def claim_here(home: Home) -> str | None:
    """The claim token of the release under way in this home; None: there is none."""
    try:
        return home.claim.read_text(errors="replace").strip()
    except FileNotFoundError:
        return None


def forget_claim(home: Home) -> None:
    """Remove the claim token: the issue is out."""
    with atomic.disk_errors(home):
        home.claim.unlink(missing_ok=True)


def _make_folders(home: Home) -> None:
    for name in ("tmp", "new", "sent", "site"):
        atomic.make_folder(home.outbox / name)
