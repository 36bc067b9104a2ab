"""A check of a plugin that does anything wrong is a finding, and the others are asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import command, empty_home, name_sources, write_summary
from msnewsletter.publisher import plugin_checks
from plugin_packages import add_plugin
from plugins.plugin_homes import (
    AT,
    CHECKS,
    GOOD,
    HANGS,
    SOURCES,
)

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


FOUND = "Finding(name='x', severity={}, place='p', reason='r\\n', remedy='m')"

BEGINS = "from msnewsletter.api import Finding\ndef work(checked):\n"
# What a check does, and what is said of it.
FAILING = (
    ("import nothing_like_this\n", "cannot be loaded (ModuleNotFoundError"),
    ("def work(checked):\n    raise RuntimeError('no')\n", "fails (RuntimeError: no)"),
    (
        (
            "from msnewsletter.errors import RefusedError\ndef work(checked):\n"
            "    raise RefusedError('a', 'b', 'c')\n"
        ),
        "fails (RefusedError: a: b; c)",
    ),
    (
        (
            "class Mute(Exception):\n    def __str__(self):\n        raise TypeError\n"
            "def work(checked):\n    raise Mute\n"
        ),
        "fails (Mute: )",
    ),
    ("def work(checked):\n    pass\n", "gives a NoneType, and no findings"),
    ("def work(checked):\n    return ['x']\n", "gives str, which is no whole finding"),
    (
        f"{BEGINS}    return [{FOUND.format(3)}]\n",
        "gives Finding, which is no whole finding",
    ),
    (
        f"{BEGINS}    return [{FOUND.format(repr('grave'))}]\n",
        "fails (ValueError",
    ),
)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What `check` says where all of FAILING are asked beside a good one."""
    folder = tmp_path_factory.mktemp("bad")
    home = empty_home(folder / "home", sandbox="false")
    write_summary(home, "first")
    with pytest.MonkeyPatch.context() as patch:
        plugin_packages.install(folder / "installed", patch)
        for number, (code, _) in enumerate(FAILING):
            add_plugin(folder / "installed", f"bad_{number}", CHECKS, f"a{number}", code)
        good = "from msnewsletter.api import Finding, Severity\ndef work(checked):\n"
        good += f"    yield {FOUND.format('Severity.WARN')}\n"
        add_plugin(folder / "installed", "good_check", CHECKS, "b-good", good)
        done = command(home, "check", *AT)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(len(FAILING)))
def test_a_check_that_fails_is_a_finding(checked: str, number: int) -> None:
    assert f"bad-{number} 1.0 (check 'a{number}'): {FAILING[number][1]}" in checked


def test_each_failure_is_a_warning_and_the_others_are_asked(checked: str) -> None:
    assert checked.count("WARN  plugin-failed") == len(FAILING)
    assert "WARN  b-good: x" in checked


def test_what_plugins_print_is_not_among_the_json_of_a_command(installed: Path, home: Home) -> None:
    # As C code prints it, too.
    prints = "import os\nprint('HELLO')\nos.system('echo HELLO')\n"
    add_plugin(installed, "loud_check", CHECKS, "loud", f"{prints}def work(checked): return []\n")
    add_plugin(installed, "loud_one", SOURCES, "loud", prints + GOOD)
    name_sources(home, 'name = "a"\nkind = "loud"')
    done = command(home, "collect")
    assert "HELLO" not in done.stdout
    assert done.stderr.count("HELLO") == 2
    for words in (("check", "--json", *AT), ("doctor", "--json")):
        done = command(home, *words)
        assert json.loads(done.stdout), words
        assert "HELLO" in done.stderr


def test_a_check_that_never_returns_is_a_finding(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_checks, "_SECONDS", 1)
    add_plugin(installed, "slow_check", CHECKS, "slow", HANGS)
    write_summary(home, "first")
    done = command(home, "check", *AT)
    assert "slow-check 1.0 (check 'slow'): takes longer than 1 s, and was ended" in done.stdout
    assert done.returncode == 0
