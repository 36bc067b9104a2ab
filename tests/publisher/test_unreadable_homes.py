"""What cannot be read is never passed over: one line, at once, whatever is in a file's place."""

from __future__ import annotations

import os
import resource
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, sample_home, write_summary
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

LATER = ("--at", "2026-11-24T08:00")


def pipe(path: Path) -> None:
    os.mkfifo(path)


def zeros(path: Path) -> None:
    path.symlink_to("/dev/zero")


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


def folder(path: Path) -> None:
    path.mkdir()


def huge(path: Path) -> None:
    path.touch()
    os.truncate(path, 1_000_000_000_000)


MAKERS = (pipe, zeros, link_to_nothing, folder, huge)


def bounded() -> None:
    """Whoever waits is killed, and so is who takes all memory that is there."""
    signal.alarm(60)
    resource.setrlimit(resource.RLIMIT_AS, (4_000_000_000, 4_000_000_000))


def run(home: Home, *words: str, anyone: bool = False) -> subprocess.CompletedProcess[str]:
    done = command(home, *words, anyone=anyone, preexec_fn=bounded)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = sample_home(tmp_path_factory.mktemp("published") / "home")
    publish(home, at=AT)
    return home


@pytest.fixture
def home(once: Home, tmp_path: Path) -> Home:
    """A home with one issue."""
    shutil.copytree(once.root, tmp_path / "home")
    return Home(tmp_path / "home")


def put(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(path):
        remove(path)
    make(path)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink()


def refused(home: Home, name: str, *words: str, anyone: bool = False) -> str:
    """The one line with which these words end, which begins with the file's name."""
    done = run(home, *words, anyone=anyone)
    [line] = done.stderr.splitlines()
    assert done.returncode == 1
    said = line.removeprefix("msnewsletter: ").removeprefix(f"{home.root}/")
    assert said.startswith(f"{name}")
    return line


def bad(home: Home, *, anyone: bool = False) -> list[str]:
    """What `doctor` finds bad."""
    done = run(home, "doctor", anyone=anyone)
    return [line for line in done.stdout.splitlines() if line.startswith("BAD")]


def mails(home: Home) -> list[str]:
    return sorted(path.name for path in (home.outbox / "new").iterdir())


# Without these nothing can be said of the next issue.
NEEDED = (
    *("newsletter.toml", "issues/next.md", "issues/takedowns.json", "issues/0002.json"),
    *("templates/digest/note.mjml.j2", "templates/site/own.html.j2"),
)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("name", NEEDED)
def test_what_is_in_the_place_of_a_file_that_is_needed_is_refused(
    home: Home, name: str, make: Callable[[Path], None]
) -> None:
    put(home.root / name, make)
    refused(home, name, "status")


@pytest.mark.parametrize("name", NEEDED)
def test_a_pipe_in_place_of_a_file_stops_each_command_and_nothing_goes_out(
    home: Home, name: str
) -> None:
    put(home.root / name, pipe)
    refused(home, name, "check")
    refused(home, name, "publish", *LATER)
    assert any(name in line for line in bad(home))
    assert mails(home) == ["0001"]


@pytest.mark.parametrize("make", MAKERS)
def test_a_glossary_that_is_none_is_told_and_stops_no_issue(
    home: Home, make: Callable[[Path], None]
) -> None:
    put(home.glossary, make)
    done = run(home, "status")
    assert done.returncode == 0
    assert "glossary.md: is" in done.stderr
    [line] = [line for line in bad(home) if "glossary.md" in line]
    assert line.startswith("BAD  home: glossary.md: is")


@pytest.mark.sqlite("it looks at the database's file")
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("name", ["newsletter.db", "lock"])
def test_what_is_in_the_place_of_the_program_s_own_files_is_refused(
    home: Home, name: str, make: Callable[[Path], None]
) -> None:
    if (name, make) in {("lock", huge), ("lock", link_to_nothing), ("newsletter.db", huge)}:
        make = pipe  # a lock's content is not read, and any size is a database's
    put(home.var / name, make)
    refused(home, f"var/{name}", "publish", *LATER)
    assert any(f"var/{name}" in line for line in bad(home))


@pytest.mark.sqlite("it looks at the database's file")
@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_pipe_beside_the_database_is_refused(home: Home, suffix: str) -> None:
    pipe(home.var / f"newsletter.db{suffix}")
    refused(home, f"var/newsletter.db{suffix}", "status")


@pytest.mark.parametrize("make", [pipe, zeros, folder, huge])
def test_a_heartbeat_that_is_none_is_named_and_stops_nobody(
    home: Home, make: Callable[[Path], None]
) -> None:
    put(home.var / "clock.json", make)
    assert command(home, "status").returncode == 0
    assert any("var/clock.json" in line for line in bad(home))


@pytest.mark.parametrize("make", [pipe, zeros, link_to_nothing])
@pytest.mark.parametrize("name", ["clock.json", ".clock.json.tmp"])
def test_the_clock_puts_its_heartbeat_where_there_was_none(
    home: Home, name: str, make: Callable[[Path], None]
) -> None:
    put(home.var / name, make)
    run(home, "run", "--once")
    assert (home.var / "clock.json").is_file()
    assert not (home.var / "clock.json").is_symlink()


@pytest.mark.parametrize("make", [pipe, zeros, link_to_nothing])
@pytest.mark.parametrize("name", ["index.html", ".index.html.tmp", "rss.xml"])
def test_what_is_in_the_place_of_a_page_goes_when_the_page_is_written(
    home: Home, name: str, make: Callable[[Path], None]
) -> None:
    put(home.site / name, make)
    write_summary(home, "new", "2026-11-24")
    assert run(home, "publish", *LATER).returncode == 0
    assert not (home.site / name).is_symlink()
    assert (home.site / name).is_file() or name.startswith(".")


@pytest.mark.parametrize("make", [pipe, zeros, link_to_nothing, folder])
def test_a_feed_that_is_compared_with_the_one_before_is_refused_until_it_is_repaired(
    home: Home, make: Callable[[Path], None]
) -> None:
    put(home.site / "feed.json", make)
    write_summary(home, "new", "2026-11-24")
    refused(home, "outbox/site/feed.json", "publish", *LATER)
    assert any("outbox/site/feed.json" in line for line in bad(home)) or make is folder
    remove(home.site / "feed.json")
    assert run(home, "publish", "--at", "2026-11-25T08:00").returncode == 0
    assert mails(home) == ["0001", "0002"]
    assert (home.site / "feed.json").is_file()


@pytest.mark.parametrize("make", [pipe, zeros, link_to_nothing, folder])
@pytest.mark.parametrize("name", ["0002", "x"])
def test_what_is_left_in_the_outbox_s_tmp_is_swept(
    home: Home, tmp_path: Path, name: str, make: Callable[[Path], None]
) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").touch()
    put(home.outbox / "tmp" / name, make)
    (home.outbox / "tmp" / "link").symlink_to(kept)
    (home.outbox / "tmp" / "0003").symlink_to(kept)
    assert run(home, "publish", *LATER).returncode == 0
    assert list((home.outbox / "tmp").iterdir()) == []
    assert [path.name for path in kept.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["templates", "templates/digest", "issues", "summaries"])
@pytest.mark.parametrize("mode", [0o000, 0o300, 0o600])
def test_a_folder_that_cannot_be_read_stops_all_that_needs_it(
    home: Home, name: str, mode: int
) -> None:
    own = home.templates / "digest" / "note.mjml.j2"
    own.parent.mkdir(parents=True)
    own.write_text("OWN\n")
    closed = home.root / name
    before = closed.stat().st_mode
    closed.chmod(mode)
    try:
        for words in (("status",), ("publish", *LATER)):
            done = run(home, *words, anyone=True)
            assert done.returncode == 1
            assert name in done.stderr
            assert "cannot be read" in done.stderr
        assert any(name in line for line in bad(home, anyone=True))
    finally:
        closed.chmod(before)
    assert mails(home) == ["0001"]


@pytest.mark.parametrize("name", ["templates", "issues"])
@pytest.mark.parametrize("make", [pipe, zeros, link_to_nothing])
def test_something_else_in_the_place_of_a_folder_is_refused(
    home: Home, name: str, make: Callable[[Path], None]
) -> None:
    shutil.rmtree(home.root / name, ignore_errors=True)
    make(home.root / name)
    refused(home, name, "status")


def test_templates_are_linked_within_their_folder_alone_and_the_folder_may_be_a_link(
    home: Home, tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    (shared / "kept").mkdir(parents=True)
    (shared / "kept" / "note.mjml.j2").write_bytes(b"\xff")
    home.templates.mkdir()
    for name, target in (
        ("digest", shared / "kept"),
        ("note.mjml.j2", shared / "kept" / "note.mjml.j2"),
        ("settings.j2", home.settings),
        ("all", "/"),
    ):
        (home.templates / name).symlink_to(target)
        refused(home, f"templates/{name}: is a link that leads out of its folder", "status")
        (home.templates / name).unlink()
    home.templates.rmdir()
    home.templates.symlink_to(shared)
    (home.templates / "digest").symlink_to("kept")
    refused(home, "templates/digest/note.mjml.j2: cannot be read", "status")
    (home.templates / "kept" / "note.mjml.j2").write_text("Of all.")
    assert run(home, "status").returncode == 0
    (home.templates / "self").symlink_to(home.templates)
    refused(home, "templates", "status")


@pytest.mark.parametrize(
    "name", [".note.mjml.j2", ".#note.mjml.j2", "#note.mjml.j2#", "note.mjml.j2~", "~$note.j2"]
)
def test_hidden_files_and_backups_among_templates_are_passed_over(home: Home, name: str) -> None:
    home.templates.mkdir()
    (home.templates / name).symlink_to("somebody@host.1234:5678")  # a lock of Emacs
    assert run(home, "status").returncode == 0
