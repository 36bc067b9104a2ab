"""The program itself: verbs under the names that they had before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home, write_summary
from msnewsletter.cli import import_summaries
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish
from msnewsletter.sources.importing import content_kind
from terminals import STDERR, STDOUT, on_terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "now"),
    [
        (["schedule"], "run"),
        (["schedule", "--once"], "run"),
        (["settle", "3", "--was-sent"], "resolve"),
        (["settle", "--help"], "resolve"),
    ],
)
def test_an_old_verb_says_in_one_line_what_it_is_called_now(
    tmp_path: Path, words: list[str], now: str
) -> None:
    done = command(empty_home(tmp_path), *words)
    said = f"msnewsletter: '{words[0]}' is called '{now}' now\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)


@pytest.mark.parametrize("folder", ["empty", "missing"])
@pytest.mark.parametrize(
    "words",
    [["run"], ["run", "--once"], ["publish"], ["collect"], ["status"], ["check"], ["doctor"]],
    ids=" ".join,
)
def test_in_a_folder_that_is_no_home_nothing_is_made(
    tmp_path: Path, folder: str, words: list[str]
) -> None:
    (tmp_path / "empty").mkdir()
    done = command(Home(tmp_path / folder), *words)
    assert done.returncode == 1
    assert (
        f"{tmp_path / folder}/newsletter.toml: there is no such file" in done.stdout + done.stderr
    )
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


def test_help_lists_no_old_verb(tmp_path: Path) -> None:
    said = command(empty_home(tmp_path), "--help").stdout
    verbs = [line.split()[0] for line in said.partition("Commands:")[2].splitlines() if line]
    assert "run" in verbs
    assert not {"schedule", "settle"} & set(verbs)


def test_a_closed_folder_is_one_line_whatever_is_asked(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "a")
    publish(home, at=AT)
    home.outbox.chmod(0o000)
    verbs = (
        *(("status",), ("check",), ("publish",), ("publish", "--site"), ("collect",), ("serve",)),
        *(("backup", str(tmp_path / "b.zip")), ("reset", "--yes"), ("resolve", "1", "--sent")),
        *(("takedown", "a", "--reason", "law"), ("approve", "--by", "Ada"), ("resolve", "--clock")),
    )
    for verb in verbs:
        done = command(home, *verb, anyone=True)
        assert "Traceback" not in done.stderr, (verb, done.stderr)
        assert len(done.stderr.splitlines()) <= 1, (verb, done.stderr)
    home.outbox.chmod(0o755)


@pytest.mark.parametrize("words", [("deliver",), ("resolve", "--drop-in-doubt")])
def test_a_number_that_no_issue_can_have_is_one_line(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = command(empty_home(tmp_path / "home"), *words, str(2**31))
    assert said.returncode == 2
    assert "2147483648 is not in the range 1<=x<=2147483647" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    ("variable", "terminal", "bold"),
    [(None, "xterm", True), ("", "xterm", True), ("1", "xterm", False), (None, "dumb", False)],
)
def test_nothing_is_coloured_or_bold_where_no_color_is_set_or_the_terminal_takes_text_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str | None,
    terminal: str,
    *,
    bold: bool,
) -> None:
    monkeypatch.setenv("TERM", terminal)
    monkeypatch.delenv("NO_COLOR", raising=False)
    if variable is not None:
        monkeypatch.setenv("NO_COLOR", variable)
    words = ("--home", str(empty_home(tmp_path).root), "publish", "--dry-run")
    _, shown = on_terminal(words, STDOUT, STDERR)
    assert b"NOTHING NEW" in shown
    assert (b"\x1b[" in shown) == bold


def test_import_offers_the_kinds_that_are_read() -> None:
    assert import_summaries.KINDS == content_kind.KINDS
