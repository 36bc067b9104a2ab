"""A Maildir is read once, loses nothing, and leads nowhere else."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from forks import child_of
from msnewsletter.delivery.inbound.bounded_message import READ_LIMIT
from msnewsletter.delivery.inbound.maildir import maildir_messages
from msnewsletter.errors import DeliveryError

if TYPE_CHECKING:
    from pathlib import Path

FIRST, SECOND = "1763881209.M1P1.mx", "1763881210.M1P1.mx"


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "Maildir"
    for name in ("new", "cur", "tmp"):
        (folder / name).mkdir(parents=True)
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def handled(maildir: Path) -> list[bytes]:
    """The messages that are there, each marked once it was read."""
    found = []
    for mail in maildir_messages(maildir):
        found.append(mail.content)
        mail.done()
    return found


def test_a_message_moves_to_cur_as_seen_once_it_is_done(maildir: Path) -> None:
    (maildir / "new" / FIRST).write_bytes(b"one")
    [mail] = maildir_messages(maildir)
    assert names(maildir / "new") == [FIRST]
    mail.done()
    assert names(maildir / "new") == []
    assert names(maildir / "cur") == [f"{FIRST}:2,S"]
    assert handled(maildir) == []


def test_what_another_program_has_moved_without_reading_is_read(maildir: Path) -> None:
    (maildir / "cur" / f"{FIRST}:2,F").write_bytes(b"one")
    (maildir / "cur" / f"{SECOND}:2,RS").write_bytes(b"two")
    assert handled(maildir) == [b"one"]
    assert names(maildir / "cur") == [f"{FIRST}:2,FS", f"{SECOND}:2,RS"]


def test_messages_come_in_the_order_of_their_arrival(maildir: Path) -> None:
    (maildir / "new" / SECOND).write_bytes(b"two")
    (maildir / "cur" / FIRST).write_bytes(b"one")
    assert handled(maildir) == [b"one", b"two"]


def test_what_cannot_be_read_is_named_stays_and_stops_nothing(maildir: Path) -> None:
    new = maildir / "new"
    secret = maildir.parent / "secret"
    secret.write_bytes(b"of another program")
    (new / "1.folder").mkdir()
    (new / "2.link").symlink_to(secret)
    (new / "3.nowhere").symlink_to(maildir / "none")
    os.mkfifo(new / "4.pipe")
    (new / "5.mail").write_bytes(b"mail")
    found = {mail.place: mail for mail in maildir_messages(maildir)}
    assert {place: mail.problem for place, mail in found.items()} == {
        "new/1.folder": "is a folder",
        "new/2.link": "is a link",
        "new/3.nowhere": "is a link",
        "new/4.pipe": "is a pipe, a socket or a device",
        "new/5.mail": "",
    }
    for mail in found.values():
        mail.done()
    assert names(new) == ["1.folder", "2.link", "3.nowhere", "4.pipe"]
    assert secret.read_bytes() == b"of another program"


def test_of_a_large_message_only_the_beginning_is_read(maildir: Path) -> None:
    with (maildir / "new" / FIRST).open("wb") as file:
        file.write(b"begin")
        file.truncate(10_000_000_000)
    [mail] = maildir_messages(maildir)
    assert len(mail.content) == READ_LIMIT
    mail.done()
    assert (maildir / "cur" / f"{FIRST}:2,S").stat().st_size == 10_000_000_000


def test_a_name_that_is_taken_costs_no_message(maildir: Path) -> None:
    (maildir / "cur" / f"{FIRST}:2,S").write_bytes(b"old")
    (maildir / "new" / FIRST).write_bytes(b"new")
    assert handled(maildir) == [b"new"]
    assert {path.read_bytes() for path in (maildir / "cur").iterdir()} == {b"old", b"new"}
    assert handled(maildir) == []


def test_what_has_gone_meanwhile_is_passed_over(maildir: Path) -> None:
    for name in (FIRST, SECOND):
        (maildir / "new" / name).write_bytes(b"mail")
    found = maildir_messages(maildir)
    first = next(found)
    for name in (FIRST, SECOND):
        (maildir / "new" / name).unlink()
    first.done()
    assert list(found) == []


@pytest.mark.parametrize("name", ["new", "cur"])
def test_folders_that_are_missing_or_links_are_refused_with_one_line(
    maildir: Path, name: str
) -> None:
    (maildir / name).rmdir()
    with pytest.raises(DeliveryError, match=rf"{name}: cannot be read \(No such file"):
        list(maildir_messages(maildir))
    (maildir / name).symlink_to(maildir / "tmp")
    with pytest.raises(DeliveryError, match=f"{name}: is a link; name a Maildir"):
        list(maildir_messages(maildir))


def test_an_address_in_a_file_s_name_is_not_shown(maildir: Path) -> None:
    (maildir / "new" / "1.erika@gmx.example").write_bytes(b"mail")
    [mail] = maildir_messages(maildir)
    assert "@" not in mail.place
    assert "mail" not in repr(mail)


@pytest.mark.parametrize("step", range(9))
def test_a_kill_at_any_step_loses_no_message(maildir: Path, step: int) -> None:
    log = maildir.parent / "log"
    for number in range(4):
        (maildir / "new" / f"{number}.mx").write_bytes(b"%d\n" % number)
    os.waitpid(child_of(lambda: _handle(maildir, log, kill_at=step)), 0)
    _handle(maildir, log, kill_at=None)
    read = log.read_text().split()
    assert sorted(set(read)) == ["0", "1", "2", "3"]
    assert len(read) - 4 <= 1
    assert names(maildir / "cur") == [f"{number}.mx:2,S" for number in range(4)]


def _handle(maildir: Path, log: Path, *, kill_at: int | None) -> None:
    """Note each message, then mark it; die at a step, of which there are two a message."""
    step = 0
    for mail in maildir_messages(maildir):
        for act in (lambda: _note(log, mail.content), mail.done):  # noqa: B023  (called at once)
            if step == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            act()
            step += 1


def _note(log: Path, content: bytes) -> None:
    with log.open("ab") as file:
        file.write(content)
