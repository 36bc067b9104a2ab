"""A Maildir: `new/` and `cur/`, a file a message, as postfix, exim and dovecot write them.

Handled is what lies in `cur/` with the flag S (seen). A message gets there by one rename, so a kill
loses none. What another program has moved to `cur/` without that flag is read as well. Deletes
nothing, follows no link, and needs no lock (cr.yp.to/proto/maildir.html).
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.inbound.bounded_message import READ_LIMIT
from msnewsletter.delivery.inbound.inbound_mail import InboundMail
from msnewsletter.errors import BadValueError, DeliveryError, printable
from msnewsletter.regular_file import read_beginning
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SEEN: Final = "S"
_FLAGS: Final = ":2,"
_REMEDY: Final = "name a Maildir, with the folders new, cur and tmp"


def maildir_messages(folder: Path) -> Iterator[InboundMail]:
    """The messages that were not handled, oldest name first; one that cannot be read is among them.

    Raises DeliveryError where the folder is no Maildir, or its folders are links.
    """
    waiting = [
        sub / name
        for sub in (_checked(folder / "new"), _checked(folder / "cur"))
        for name in _names(sub)
        if sub.name == "new" or _SEEN not in name.rpartition(_FLAGS)[2]
    ]
    # Names begin with the second of their arrival.
    for path in sorted(waiting, key=lambda path: path.name):
        try:
            content = read_beginning(path, limit=READ_LIMIT)
        except FileNotFoundError:
            continue  # another program has moved or taken it meanwhile
        except BadValueError as error:
            yield InboundMail(place=_shown(path), problem=error.problem, done=_nothing)
        else:
            done = partial(_mark, path, folder / "cur")
            yield InboundMail(place=_shown(path), content=content, done=done)


def _checked(folder: Path) -> Path:
    if folder.is_symlink():
        raise DeliveryError(_shown(folder), "is a link", _REMEDY)
    return folder


def _names(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise DeliveryError(_shown(folder), problem, _REMEDY) from None


def _mark(path: Path, cur: Path) -> None:
    """Rename a message into `cur/` as seen; raises DeliveryError where the disk refuses."""
    base, _, flags = path.name.partition(_FLAGS)
    target = cur / f"{base}{_FLAGS}{''.join(sorted({*flags, _SEEN}))}"
    try:
        # Names are unique, and no message may be lost where they are not.
        if target.exists():
            target = cur / f"{base}.{os.stat(path).st_ino}{_FLAGS}{_SEEN}"  # noqa: PTH116  (only its number)
        path.rename(target)
        _sync(cur)
    except FileNotFoundError:
        return  # whoever has moved it decides
    except OSError as error:
        problem = f"cannot be marked as read ({error.strerror or error})"
        raise DeliveryError(_shown(path), problem, "check the folder's permissions") from None


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _shown(path: Path) -> str:
    # A server's user may have an address for a name, and so its Maildir.
    return printable(without_addresses(f"{path.parent.name}/{path.name}"))


def _nothing() -> None:
    """What cannot be read is not marked: it stays for a person to look at."""
