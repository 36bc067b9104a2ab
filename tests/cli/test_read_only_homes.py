"""Only looking needs no right to write: who may read a home sees what its owner sees."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, sample_home, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATER = ("--at", "2026-11-24T08:00")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = sample_home(tmp_path_factory.mktemp("published") / "home")
    publish(home, at=AT)
    write_summary(home, "new", "2026-11-24")
    return home


@pytest.fixture
def home(published: Home, tmp_path: Path) -> Iterator[Home]:
    """A home with an issue and something new."""
    home = Home(tmp_path / "home")
    shutil.copytree(published.root, home.root)
    yield home
    open_again(home)


def close(home: Home) -> dict[str, bytes]:
    """Take the right to write from everybody; all files as they are."""
    paths = [home.root, *home.root.rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    return files(home)


def files(home: Home) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.root.rglob("*") if path.is_file()}


def open_again(home: Home) -> None:
    home.root.chmod(0o755)
    for path in home.root.rglob("*"):
        path.chmod(path.stat().st_mode | 0o200)


def without_rights(said: str) -> str:
    """What is said, without the line that who works in the home could not write there."""
    return "".join(
        line for line in said.splitlines(keepends=True) if not line.startswith("HOME: .: cannot be")
    )


@pytest.mark.parametrize(
    "words", [("status", *LATER), ("check", *LATER), ("publish", *LATER, "--dry-run")]
)
def test_who_may_only_read_a_home_sees_what_its_owner_sees(
    home: Home, words: tuple[str, ...]
) -> None:
    owner = command(home, *words)
    before = close(home)
    reader = command(home, *words, anyone=True)
    assert (reader.returncode, without_rights(reader.stdout), reader.stderr) == (
        owner.returncode,
        owner.stdout,
        owner.stderr,
    )
    assert reader.stdout
    assert files(home) == before


def test_a_new_home_may_be_looked_at_too(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    close(home)
    done = command(home, "status", *LATER, anyone=True)
    open_again(home)
    assert (done.returncode, "Next issue, if published now: 1" in done.stdout) == (0, True)
    assert not home.var.exists()


def test_what_another_process_has_only_in_the_log_is_seen(home: Home) -> None:
    with open_store(location_of(home, load_settings(home.settings))) as store:
        assert store.last_issue() is not None
        collect_now(home, at=AT)
        assert home.database.with_name("newsletter.db-wal").stat().st_size > 0
        (home.root / "summaries" / "new.md").unlink()
        owner = command(home, "status", *LATER)
        close(home)
        reader = command(home, "status", *LATER, anyone=True)
    assert "new.md is gone" in owner.stdout
    assert without_rights(reader.stdout) == owner.stdout


def test_publishing_still_needs_the_right_to_write(home: Home) -> None:
    close(home)
    done = command(home, "publish", *LATER, anyone=True)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_may_not_be_read_is_one_line(home: Home) -> None:
    home.database.chmod(0)
    home.var.chmod(0o555)
    done = command(home, "status", anyone=True)
    assert done.returncode == 1
    assert "var/newsletter.db: cannot be read" in done.stderr
    home.var.chmod(0)
    done = command(home, "status", anyone=True)
    assert "var/newsletter.db: cannot be read (Permission denied)" in done.stderr
    home.var.chmod(0o755)
