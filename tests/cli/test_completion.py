"""What the Tab key proposes; how shells insert it is in test_completing_shells.py."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from guide_blocks import blocks_of
from homes import AT, command, copy_of, empty_home, name_sources, write_summary
from msnewsletter.cli import main
from msnewsletter.publisher.publish import publish
from typed_shells import environment

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def test_a_shell_that_is_not_known_is_refused_with_those_that_are(tmp_path: Path) -> None:
    done = command(empty_home(tmp_path), "completion", "tcsh")
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr


@pytest.mark.parametrize("shown_in", ["--help", "editing.md"])
def test_what_its_help_and_the_guide_show_works_for_a_user_whose_home_is_empty(
    tmp_path: Path, root: Path, shown_in: str
) -> None:
    said = command(empty_home(tmp_path / "home"), "completion", "--help").stdout
    lines = [one for one in map(str.strip, said.splitlines()) if "~/" in one]
    if shown_in == "editing.md":
        blocks = blocks_of(root / "docs" / "guides" / shown_in)
        [lines] = [list(one.lines) for one in blocks if one.lines[0] == "# bash"]
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    scripts = ("_MSNEWSLETTER_COMPLETE", "msnewsletter")
    made = [one for one in tmp_path.rglob("*msnewsletter*") if one.is_file()]
    assert len(made) == 3
    assert all(word in one.read_text() for one in made for word in scripts)


# ── what is proposed ─────────────────────────────────────────────────────────────────────────────


def lay_out(root: Path) -> Home:
    """A home with two issues, of which one was taken from the outbox, and three sources."""
    home = empty_home(root)
    for number, key in enumerate(("heart", "sleep")):
        write_summary(home, key, f"2026-11-{20 + 7 * number}")
        publish(home, at=AT.replace(day=23 + 7 * number))
    shutil.rmtree(home.outbox / "new" / "0001")
    feed = 'kind = "feed"\nurl = "https://www.example.org/{0}"\nname = "{0}"'
    name_sources(home, 'path = "summaries"', feed.format("site"), feed.format("journal"))
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(lay_out, tmp_path / "home")


def proposed(home: Home, *words: str, begun: str = "") -> list[str]:
    """What the Tab key proposes behind these words, where this much of the next one is typed."""
    complete = ShellComplete(main, {}, "msnewsletter", "")
    found = complete.get_completions(["--home", str(home.root), *words], begun)
    return [item.value for item in found]


def test_verbs_and_the_commands_of_a_verb_are_proposed(home: Home) -> None:
    assert proposed(home, begun="re") == ["read", "reset", "resolve", "restore", "retractions"]
    assert proposed(home, "db") == ["check", "copy"]


def test_no_verb_is_proposed_under_its_old_name(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert proposed(home, begun="schedu") == []
    assert proposed(home, "schedule", begun="--on") == []
    assert capsys.readouterr().err == ""


def test_issues_are_proposed_newest_first(home: Home) -> None:
    assert proposed(home, "resolve") == ["2", "1"]
    assert proposed(home, "deliver", begun="1") == ["1"]


def test_keys_that_were_sent_are_proposed_for_a_takedown(home: Home) -> None:
    assert proposed(home, "takedown") == ["sleep", "heart"]
    assert proposed(home, "takedown", begun="h") == ["heart"]


def test_sources_are_proposed_where_one_is_named(home: Home) -> None:
    assert proposed(home, "collect", "--source") == ["site", "journal"]
    assert proposed(home, "choose", "heart", "--from") == ["summaries", "site", "journal"]


def test_sources_are_proposed_though_a_setting_is_wrong(home: Home) -> None:
    home.settings.write_text(home.settings.read_text().replace('zone = "', 'zone = "No'))
    assert proposed(home, "collect", "--source", begun="s") == ["site"]


def test_a_folder_is_left_to_the_shell() -> None:
    complete = ShellComplete(main, {}, "msnewsletter", "")
    for words in (["restore", "b.zip"], ["init"], ["--home"]):
        [item] = complete.get_completions(words, "fold")
        assert (item.type, item.value) == ("dir", "fold")


def test_what_cannot_be_read_proposes_nothing_and_says_nothing(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    home.record(2).write_text('{"issue": {"entries": 7}}')
    assert proposed(home, "takedown") == ["heart"]
    home.record(3).write_text('{"issue": ' + "[" * 100_000)
    home.record(4).write_text('{"issue": {"entries": [{"summary": {"key": "\\ud800\\nx"}}]}}')
    assert proposed(home, "takedown") == ["heart"]
    home.settings.write_text("[[sources]]\nname = " + "[" * 100_000)
    assert proposed(home, "collect", "--source") == []
    home.settings.write_text("[[sources\n")
    assert proposed(home, "collect", "--source") == []
    shutil.rmtree(home.root)
    assert proposed(home, "resolve") == []
    assert proposed(home, "takedown") == []
    assert proposed(home, "choose", "x", "--from") == []
    assert capsys.readouterr() == ("", "")
