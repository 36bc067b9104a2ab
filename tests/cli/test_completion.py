"""The Tab key, in the shells that it is for, and what it proposes."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from homes import AT, command, copy_of, empty_home, name_sources, write_summary
from msnewsletter.cli import main
from msnewsletter.publisher.publish import publish
from patience import PATIENCE
from terminals import screen

if TYPE_CHECKING:
    from msnewsletter.home import Home

# How a shell is started without anybody's settings, and what it needs to be told first.
SHELLS = {
    "bash": (("bash", "--noprofile", "--norc", "-i"), "bind 'set enable-bracketed-paste off'"),
    "zsh": (("zsh", "-f", "-i"), "unsetopt prompt_sp; autoload -U compinit; compinit -u -D"),
}

# What a shell tells its terminal besides its text, as ECMA-48 has it.
_CONTROL = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]")


def environment() -> dict[str, str]:
    """Ours, with the program in the search path, and a prompt that nothing else looks like."""
    program = str(Path(sys.executable).parent)
    return os.environ | {
        "PATH": f"{program}{os.pathsep}{os.environ['PATH']}",
        "TERM": "dumb",
        "PS1": "READY>",
        "PROMPT": "READY>",
    }


class TypedShell:
    """A shell at a terminal, to which a person types when it is ready."""

    def __init__(self, words: tuple[str, ...], folder: Path) -> None:
        self._device, end = pty.openpty()
        self._said = b""
        self._process = subprocess.Popen(
            words,
            stdin=end,
            stdout=end,
            stderr=end,
            cwd=folder,
            env=environment(),
            close_fds=True,
            start_new_session=True,
        )
        os.close(end)

    def type(self, line: str) -> str:
        """What it says to a line, up to its next prompt."""
        self._until_ready()
        os.write(self._device, f"{line}\n".encode())
        self._said = b""
        return self._until_ready()

    def _until_ready(self) -> str:
        while not _CONTROL.sub(b"", self._said).endswith(b"READY>"):
            ready, _, _ = select.select([self._device], [], [], PATIENCE)
            assert ready, f"it says nothing more: {self._said!r}"
            self._said += os.read(self._device, 1 << 16)
        return screen(self._said)

    def leave(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._device)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_tab_key_completes_a_verb_and_its_option(shell: str, tmp_path: Path) -> None:
    words, first = SHELLS[shell]
    typed = TypedShell(words, tmp_path)
    try:
        typed.type(first)
        typed.type(f'eval "$(msnewsletter completion {shell})"')
        said = typed.type("msnewsletter publi\t--dry-\t--help")
    finally:
        typed.leave()
    assert "msnewsletter publish --dry-run --help" in said
    assert "Usage: msnewsletter publish [OPTIONS]" in said


def test_fish_completes_a_verb_and_says_what_it_does(tmp_path: Path) -> None:
    script = 'msnewsletter completion fish | source; complete --do-complete "msnewsletter publi"'
    done = subprocess.run(
        ["fish", "--no-config", "--command", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment() | {"HOME": str(tmp_path)},
    )
    assert (done.stdout, done.stderr) == (
        "publish\tPublish what is new as one issue into the...\n",
        "",
    )


def test_a_shell_that_is_not_known_is_refused_with_those_that_are(tmp_path: Path) -> None:
    done = command(empty_home(tmp_path), "completion", "tcsh")
    assert done.returncode == 2
    assert "'bash', 'zsh', 'fish'" in done.stderr


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
