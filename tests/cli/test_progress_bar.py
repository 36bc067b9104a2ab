"""The bar: on a terminal alone, for what lasts, and with whatever is known of the whole."""

from __future__ import annotations

import os
import re
import sys
import termios
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, copy_of, empty_home, write_summary
from msnewsletter.cli import progress_bar as bar_module
from msnewsletter.cli.progress_bar import ProgressBar, progress_bar
from msnewsletter.publisher.publish import publish
from terminals import STDERR, STDOUT, Terminal, on_terminal, screen

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.home import Home


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a terminal that takes more than text, whatever runs the tests."""
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch, drawing: None) -> None:
    """Have a bar appear at once, and be drawn each time: no second has to pass."""
    del drawing
    monkeypatch.setattr(bar_module, "PATIENCE", 0.0)
    monkeypatch.setattr(bar_module, "PAUSE", 0.0)


@contextmanager
def seen_bar(
    label: str, *, columns: int = 0, **more: bool
) -> Iterator[tuple[ProgressBar, list[bytes]]]:
    """A bar on a terminal; what that got is in the list at the end. 0 columns: it does not say."""
    terminal, before, found = Terminal(), sys.stderr, list[bytes]()
    termios.tcsetwinsize(terminal.end, (24, columns))
    sys.stderr = os.fdopen(os.dup(terminal.end), "w")
    try:
        with progress_bar(label, **more) as progress:
            yield progress, found
    finally:
        sys.stderr.close()
        sys.stderr = before
        found.append(terminal.written())


@pytest.mark.usefixtures("impatient")
def test_it_says_how_far_the_work_is() -> None:
    with seen_bar("Pushing") as (progress, found):
        progress(1, 4)
        progress(3, 4)
    # Of 36 signs.
    assert screen(found[0]) == f"Pushing  [{'#' * 27}{'-' * 9}]  3/4"


@pytest.mark.usefixtures("impatient")
def test_of_bytes_it_says_how_many_of_a_hundred() -> None:
    with seen_bar("Restoring", percent=True) as (progress, found):
        progress(500_000, 1_000_000)
    assert screen(found[0]).endswith("]   50%")


@pytest.mark.usefixtures("impatient")
def test_where_nobody_knows_the_whole_it_counts() -> None:
    with seen_bar("Importing") as (progress, found):
        progress(7, 0)
    shown = screen(found[0])
    assert shown.startswith("Importing  [")
    assert shown.endswith("]  7")


@pytest.mark.usefixtures("impatient")
def test_the_whole_may_grow() -> None:
    with seen_bar("Sending") as (progress, found):
        progress(1, 2)
        progress(2, 10)
    assert screen(found[0]).endswith("2/10")


@pytest.mark.usefixtures("impatient")
def test_what_is_said_meanwhile_has_a_line_of_its_own() -> None:
    with seen_bar("Importing") as (progress, found):
        progress(1, 2)
        progress.make_way()
        sys.stderr.write("Overwrite it?\n")
        progress(2, 2)
    lines = screen(found[0]).splitlines()
    assert [line.split()[0] for line in lines] == ["Importing", "Overwrite", "Importing"]


@pytest.mark.usefixtures("drawing")
def test_what_is_done_at_once_shows_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar_module, "PATIENCE", 3600.0)
    with seen_bar("Pushing") as (progress, found):
        progress(1, 2)
        progress(2, 2)
    assert found == [b""]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("columns", "bar"), [(300, 36), (53, 36), (40, 23), (20, 3)])
def test_it_is_as_wide_as_the_terminal_allows(columns: int, bar: int) -> None:
    with seen_bar("Pushing", columns=columns) as (progress, found):
        progress(1, 4)
        progress(4, 4)
    assert screen(found[0]) == f"Pushing  [{'#' * bar}]  4/4"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("columns", range(1, 70, 4))
def test_no_line_of_it_is_longer_than_the_terminal(columns: int) -> None:
    with seen_bar("Importing", columns=columns, rated=True) as (progress, found):
        for done in range(0, 12_001, 1_500):
            progress(done, 12_000)
    for line in re.split(rb"[\r\n]", found[0]):
        text = re.sub(rb"\x1b\[[?0-9;]*[a-z]", b"", line)
        assert len(text) <= columns, text


@pytest.mark.usefixtures("impatient")
def test_a_terminal_that_takes_text_alone_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    with seen_bar("Pushing") as (progress, found):
        progress(1, 4)
        progress(4, 4)
    assert found == [b""]


@pytest.mark.usefixtures("drawing")
def test_it_is_drawn_now_and_then_and_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar_module, "PATIENCE", 0.0)
    monkeypatch.setattr(bar_module, "PAUSE", 3600.0)
    with seen_bar("Copying") as (progress, found):
        for done in range(1, 101):
            progress(done, 100)
    assert screen(found[0]).endswith("100/100")
    assert found[0].count(b"Copying") <= 3, "of a hundred steps"


# ── the commands that last ───────────────────────────────────────────────────────────────────────

LABELS = {
    ("backup", "new.zip"): "Backing up",
    ("restore", "made.zip", "restored"): "Restoring",
    ("subscribers", "import", "list.csv", "--as", "confirmed", "--consent", "Yes."): "Merging",
    ("subscribers", "export", "exported.csv"): "Exporting",
    ("import", "table.csv"): "Importing",
    ("collect",): "Fetching",
    ("publish", "--site"): "Making all pages anew",
    ("push",): "Pushing",
}


def lay_out(root: Path) -> Home:
    """A home with an issue, and other settings since; what is imported and restored is in it."""
    home = empty_home(root)
    # Nothing is published under an example's address but from a sandbox.
    home.settings.write_text(home.settings.read_text().replace("example.org", "notes.test"))
    write_summary(home, "a")
    publish(home, at=AT)
    (root / "pushed").mkdir()
    (root / "list.csv").write_text("email\nada@example.org\n")
    (root / "table.csv").write_text(
        "key,published,headline,found,why_it_matters,cautions\n"
        "b,2026-11-20,B.,Much.,It helps.,Few.\n"
    )
    text = home.settings.read_text().replace('\ntitle = "', '\ntitle = "New ')
    home.settings.write_text(
        text.replace("sandbox = true", "sandbox = false") + '\n[site]\npush = "file:///PUSHED"\n'
        '[[sources]]\nname = "none"\nkind = "command"\ncommand = "true"\n'
    )
    assert command(home, "backup", str(root / "made.zip")).returncode == 0
    assert command(home, "subscribers", "add", "bo@example.org").returncode == 0
    return home


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("words", LABELS, ids=" ".join)
def test_a_command_that_lasts_shows_a_bar_on_a_terminal_and_none_elsewhere(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    for name, streams in (("seen", (STDERR,)), ("piped", (STDOUT,))):
        home = copy_of(lay_out, tmp_path / name)
        text = home.settings.read_text()
        home.settings.write_text(text.replace("/PUSHED", str(home.root / "pushed")))
        done, shown = on_terminal(
            ["--home", str(home.root), *words], *streams, before=partial(os.chdir, home.root)
        )
        assert done.returncode == 0, (done, shown)
        assert (f"{LABELS[words]}  [" in screen(shown)) == (name == "seen"), shown
        assert "[#" not in done.stdout + done.stderr


@pytest.mark.usefixtures("impatient", "postgresql")
@pytest.mark.sqlite("it is moved to PostgreSQL")
def test_moving_the_databases_shows_a_bar(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.settings.write_text(home.settings.read_text().replace('database = "postgresql"\n', ""))
    write_summary(home, "a")
    publish(home, at=AT)
    done, shown = on_terminal(["--home", str(home.root), "db", "copy"], STDERR)
    assert done.returncode == 0, done
    assert screen(shown).endswith("]  100%")
