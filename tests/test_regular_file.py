"""A file of a home is read whole, or one sentence says why not; nothing waits, nothing grows."""

from __future__ import annotations

import os
import socket
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from anyone import become_anyone
from forks import child_of
from msnewsletter.errors import BadValueError
from msnewsletter.regular_file import is_there, read_beginning, read_regular

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

LIMIT = 100


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_socket(path: Path) -> None:
    before = Path.cwd()
    os.chdir(path.parent)  # a socket's path is short
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(before)


def make_folder(path: Path) -> None:
    path.mkdir()


def link_to_zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_nothing(path: Path) -> None:
    path.symlink_to(path.with_name("nothing"))


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


DEVICE = "is a pipe, a socket or a device"
IN_PLACE: dict[Callable[[Path], None], str] = {
    make_pipe: DEVICE,
    make_socket: DEVICE,
    link_to_zeros: DEVICE,
    make_folder: "is a folder",
    link_to_nothing: "is a link to a file that is not there",
    link_to_itself: "cannot be read (Too many levels of symbolic links)",
}


@pytest.mark.parametrize("make", IN_PLACE)
def test_whatever_else_is_in_a_file_s_place_is_refused(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    make(tmp_path / "a")
    with pytest.raises(BadValueError) as refused:
        read_regular(tmp_path / "a", limit=LIMIT)
    assert refused.value.problem == IN_PLACE[make]


def test_a_file_and_a_link_to_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * LIMIT)
    (tmp_path / "b").symlink_to("a")
    assert read_regular(tmp_path / "a", limit=LIMIT) == b"x" * LIMIT
    assert read_regular(tmp_path / "b", limit=LIMIT) == b"x" * LIMIT
    with pytest.raises(BadValueError, match="cannot be read"):
        read_regular(tmp_path / "b", limit=LIMIT, follow=False)


def test_nothing_at_all_is_told_apart_from_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_regular(tmp_path / "a", limit=LIMIT)


def test_a_file_beyond_the_limit_is_refused_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    os.truncate(tmp_path / "a", 3_000_000_000_000)
    with pytest.raises(BadValueError, match=r"is too large \(3000000 MB\)"):
        read_regular(tmp_path / "a", limit=1_000_000)


def test_a_file_that_says_it_has_no_bytes_is_read_no_further_than_the_limit() -> None:
    assert Path("/proc/self/status").stat().st_size == 0
    with pytest.raises(BadValueError, match="too large"):
        read_regular("/proc/self/status", limit=LIMIT)


def test_a_pipe_that_takes_the_file_s_place_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    os.mkfifo(path)
    real = os.stat

    def as_before(path: str, **how: bool) -> os.stat_result:
        found = real(path, **how)  # type: ignore[arg-type]
        return os.stat_result((stat.S_IFREG, *found[1:]))

    monkeypatch.setattr(os, "stat", as_before)
    with pytest.raises(BadValueError, match=DEVICE):
        read_regular(path, limit=LIMIT)


def test_the_beginning_of_a_file_is_read_and_no_link_to_it(tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(b"beginning and end")
    assert read_beginning(tmp_path / "mail", limit=9) == b"beginning"
    (tmp_path / "link").symlink_to(tmp_path / "mail")
    with pytest.raises(BadValueError, match="is a link"):
        read_beginning(tmp_path / "link", limit=9)
    with pytest.raises(FileNotFoundError):
        read_beginning(tmp_path / "none", limit=9)


def test_a_path_is_there_as_far_as_one_may_see(tmp_path: Path) -> None:
    path = tmp_path / "closed" / "file"
    path.parent.mkdir()
    assert not is_there(path)
    path.write_bytes(b"")
    assert is_there(path)
    path.parent.chmod(0)

    def anyone() -> NoReturn:
        become_anyone()
        sys.exit(is_there(path))

    _, seen = os.waitpid(child_of(anyone), 0)
    path.parent.chmod(0o755)
    assert seen == 0
