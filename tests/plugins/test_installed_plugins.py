"""Which plugins are installed: named by what they say of themselves, imported only to be called."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from homes import command, write_summary
from msnewsletter import plugin_process
from msnewsletter.plugins import PluginGroup, installed_plugins
from plugin_packages import add_distribution, add_plugin
from plugins.plugin_homes import (
    CHECKS,
    GOOD,
    OUTBOX,
    SOURCES,
    publish,
)

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def test_without_plugins_nobody_is_notified_and_nothing_is_kept(home: Home) -> None:
    publish(home, "first", "2026-11-23T08:00")
    assert not (home.var / "consumers.json").exists()
    assert "ok   plugins: none is installed" in command(home, "doctor").stdout
    assert command(home, "plugins", "list").stdout == "No plugin is installed.\n"


@pytest.mark.parametrize("metadata", [None, b"", b"\xff\xfe", b"Name:\nVersion:\n"])
def test_one_that_does_not_say_what_it_is_is_named_by_its_module(
    installed: Path, home: Home, metadata: bytes | None
) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    [info] = installed.glob("*.dist-info")
    (info / "METADATA").unlink()
    if metadata is not None:
        (info / "METADATA").write_bytes(metadata)
    shown = command(home, "plugins", "list").stdout
    assert "good_one of no known version (source 'good'): msnewsletter.sources" in shown


@pytest.mark.parametrize("points", ["[msnewsletter.checks]\nnonsense\n", "x = y\n", "\xff"])
def test_what_is_left_of_another_installation_hides_no_plugin(
    installed: Path, home: Home, points: str
) -> None:
    add_plugin(installed, "good_one", SOURCES, "good", GOOD)
    add_distribution(installed, "left", CHECKS, "x = y")
    (installed / "left-1.0.dist-info" / "entry_points.txt").write_bytes(points.encode("latin-1"))
    assert "good-one 1.0 (source 'good')" in command(home, "plugins", "list").stdout


def test_the_demo_asks_and_notifies_no_plugin(installed: Path, tmp_path: Path, home: Home) -> None:
    code = "def work(given):\n    raise RuntimeError('called')\n"
    add_plugin(installed, "bad_check", CHECKS, "bad", code)
    add_plugin(installed, "bad_out", OUTBOX, "bad", code)
    done = command(home, "demo", str(tmp_path / "round"))
    assert done.returncode == 0, done.stderr
    assert "called" not in done.stdout + done.stderr
    assert not (tmp_path / "round" / "newsletter" / "var" / "consumers.json").exists()


def test_no_plugin_is_imported_that_a_command_does_not_call(installed: Path, home: Home) -> None:
    for group in (SOURCES, CHECKS, OUTBOX):
        name = f"loud_{group.rpartition('.')[2]}"
        add_plugin(installed, name, group, "loud", "raise SystemExit('imported')\n")
    assert [one.version for one in installed_plugins(PluginGroup.CHECKS)] == ["1.0"]
    write_summary(home, "first")
    for words in (("--help",), ("collect",), ("plugins", "list")):
        done = command(home, *words)
        assert done.returncode == 0
        assert "imported" not in done.stdout + done.stderr
    code = (
        "import sys; from msnewsletter.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print('importlib.metadata' in sys.modules and 'msnewsletter.plugins' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("False\n")


def test_one_whose_import_never_returns_is_named_by_doctor(
    installed: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plugin_process, "_LOADING", 1)
    code = "import threading\nthreading.Event().wait()\n"
    add_plugin(installed, "slow_check", CHECKS, "slow", code)
    assert "slow-check 1.0 (check 'slow'): takes longer than 1 s" in command(home, "doctor").stdout
