"""The Tab key in the shells that it is for: what it inserts is read back as just that word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from homes import AT, copy_of, empty_home, name_sources, write_summary
from msnewsletter.publisher.publish import publish
from typed_shells import SHELLS, TypedShell, environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home

# Keys that a shell would not leave as they are.
KEYS = (
    "https://example.org/a?b=1&c=2",
    "https://example.org/b",
    "two words",
    "two's",
    "$(touch ran)",
    "`touch ran`",
    "; touch ran",
    "*star",
    'a "quote"',
    "back\\slash",
    "bang!x",
    "!!",
    "'$(touch ran)",
    "comma,x",
    "x:y:z",
    "~tilde",
    "ü ber",
    "-dash",
)


def lay_out(root: Path) -> Home:
    """A home with an issue whose summaries have those keys, and with two sources."""
    home = empty_home(root)
    write_summary(home, "heart")
    publish(home, at=AT)
    record = json.loads(home.record(1).read_text())
    [entry] = record["issue"]["entries"]
    record["issue"]["entries"] = [{**entry, "summary": {"key": key}} for key in KEYS]
    home.record(1).write_text(json.dumps(record))
    feed = 'kind = "feed"\nurl = "https://www.example.org/{0}"\nname = "{0}"'
    name_sources(home, feed.format("site"), feed.format("journal"))
    return home


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shells are at work; the home there has a space in its name."""
    found = tmp_path_factory.mktemp("shells")
    copy_of(lay_out, found / "my home")
    (found / "my $(touch ran).zip").touch()
    return found


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, folder: Path) -> Iterator[TypedShell]:
    typed = TypedShell(request.param, folder)
    yield typed
    typed.leave()


TAKEDOWN = "msnewsletter --home ~/my\\ home takedown"


def taken_down(shell: TypedShell, typed: str) -> str:
    """The key that the Tab key makes of what is typed of it."""
    *before, key = shell.words(f"{TAKEDOWN} {typed}\t")
    assert before == ["--home", str(shell.folder / "my home"), "takedown"]
    return key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("https://example.org/a", KEYS[0]),
        ("https:", "https://example.org/"),
        ("\"two'", "two's"),
        ("'x:y", "x:y:z"),
        ("\\$", "$(touch ran)"),
        ('"a ', 'a "quote"'),
        ('"!', "!!"),
        ("\\'", "'$(touch ran)"),
    ],
)
def test_what_is_inserted_is_read_as_the_key(shell: TypedShell, typed: str, key: str) -> None:
    assert taken_down(shell, typed) == key
    assert not (shell.folder / "ran").exists()


def test_verbs_options_and_their_values_are_completed(shell: TypedShell) -> None:
    typed = "msnewsletter --home=my\\ h\t coll\t--sou\tjo\t--source=jo\t"
    home, *others = shell.words(typed)
    assert home.removesuffix("/") == "--home=my home"
    assert others == ["collect", "--source", "journal", "--source=journal"]


def test_files_and_folders_are_the_shells(shell: TypedShell) -> None:
    verb, file, folder = shell.words("msnewsletter restore my\\ \\$\t my\\ h\t")
    assert (verb, file, folder.removesuffix("/")) == ("restore", "my $(touch ran).zip", "my home")


def test_a_variable_before_and_a_redirection_are_understood(shell: TypedShell) -> None:
    typed = 'msnewsletter --home "$HOME/my home" takedown 2>/dev/null -- -d\t'
    assert shell.words(typed)[2:] == ["takedown", "--", "-dash"]


def test_the_program_is_asked_that_is_typed_by_its_path(shell: TypedShell) -> None:
    program = os.path.relpath(Path(sys.executable).parent / "msnewsletter", shell.folder)
    said = shell.output(f"~/{program} publi\t--help")
    assert said.startswith("Usage: msnewsletter publish")


def test_a_program_that_is_not_told_that_it_is_asked_carries_nothing_out(
    shell: TypedShell,
) -> None:
    # As one is that runs the program as another user or in a container.
    wrapper = shell.folder / "wrapped" / "msnewsletter"
    wrapper.parent.mkdir(exist_ok=True)
    run = f'exec env -i {sys.executable} -m msnewsletter "$@"'
    wrapper.write_text(f'#!/bin/sh\necho "$# words" >wrapped/asked\n{run}\n')
    wrapper.chmod(0o755)
    shell.output("wrapped/msnewsletter publish \t\x15:")
    assert (wrapper.parent / "asked").read_text() == "0 words\n"


def test_an_alias_stands_for_its_words(shell: TypedShell) -> None:
    shell.type("alias down='msnewsletter --home \"my home\" takedown'")
    shell.type('[ -n "${ZSH_VERSION-}" ] || complete -F _msnewsletter_completion down')
    assert shell.words("down comma\t")[2:] == ["takedown", "comma,x"]


def test_a_word_is_completed_where_the_cursor_is(shell: TypedShell) -> None:
    left, end = "\x02", "\x05"
    assert shell.words(f"msnewsletter publi xyz{4 * left}\t{end}") == ["publish", "xyz"]


def test_what_stands_in_a_line_is_not_run_by_the_tab_key(shell: TypedShell) -> None:
    shell.output(f"{TAKEDOWN} --home $(touch ran) `touch ran` <(touch ran) tw\t\x15:")
    assert not (shell.folder / "ran").exists()


# ── bash alone ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def bash(folder: Path) -> Iterator[TypedShell]:
    typed = TypedShell("bash", folder)
    yield typed
    typed.leave()


def test_bash_completes_whatever_is_set_and_shows_keys_as_they_are(bash: TypedShell) -> None:
    assert "two words  two's" in bash.type(f"{TAKEDOWN} two\t\t\x15:")
    bash.type(
        "set -o nounset -o posix; shopt -s failglob; bind 'set show-all-if-ambiguous on'; IFS=:"
    )
    assert taken_down(bash, "tw") == "two"
    bash.type("COMP_WORDBREAKS=${COMP_WORDBREAKS//:/}")
    assert taken_down(bash, "x:y") == "x:y:z"
    bash.type("bind 'TAB:menu-complete'")
    assert taken_down(bash, "'two ") == "two words"


def test_a_bash_without_compopt_and_nosort_completes_too(folder: Path) -> None:
    older = 'enable -n compopt; complete() { [[ $2 != nosort ]] && builtin complete "$@"; }'
    bash = TypedShell("bash", folder, before=older)
    try:
        assert taken_down(bash, "x:y") == "x:y:z"
        assert bash.words("msnewsletter --home my\\ h\t") == ["--home", "my home/"]
    finally:
        bash.leave()


# ── zsh alone ────────────────────────────────────────────────────────────────────────────────────


def test_zsh_completes_at_each_tab_key_with_a_script_in_its_folder_of_functions(
    folder: Path,
) -> None:
    kept = "mkdir functions; msnewsletter completion zsh >functions/_msnewsletter"
    zsh = TypedShell("zsh", folder, loaded=f"{kept}; fpath=(functions $fpath); compinit -u -D")
    try:
        assert zsh.words("msnewsletter publi\t--dry\tsched\t") == ["publish", "--dry-run", "sched"]
        assert taken_down(zsh, "comma") == "comma,x"
    finally:
        zsh.leave()


# ── fish, which says what it would propose ───────────────────────────────────────────────────────


def test_fish_proposes_the_same(folder: Path) -> None:
    asked = {
        "~/program/msnewsletter publi": "publish\tPublish what is new as one issue into the...",
        "msnewsletter --home ~/my\\ home takedown comma": "comma,x",
        "msnewsletter --home ~/my\\ home takedown 'two w": "two words",
        "msnewsletter --home=my\\ home collect --source=jo": "--source=journal",
        'msnewsletter --home "$HOME/my home" takedown \\$': "$(touch ran)",
        "A=b msnewsletter --home 'my home' takedown 2>/dev/null bang": "bang!x",
        "down comma": "comma,x",
        "msnewsletter --home=my\\ h": "--home=my home/\tDirectory",
        "msnewsletter restore 'my $": "my $(touch ran).zip",
        "msnewsletter restore (touch ran)'my $": "",
    }
    script = folder / "asks.fish"
    lines = ["msnewsletter completion fish | source"]
    lines += ["alias down='msnewsletter --home \"my home\" takedown'"]
    lines += [f"complete --do-complete {_in_fish(line)}" for line in asked]
    script.write_text("\n".join(lines))
    (folder / "program").symlink_to(Path(sys.executable).parent)
    done = subprocess.run(
        ["fish", "--no-config", str(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=environment(folder),
    )
    assert (done.stdout.splitlines(), done.stderr) == ([*filter(None, asked.values())], "")
    assert not (folder / "ran").exists()


def _in_fish(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
