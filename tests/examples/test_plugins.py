"""The example plugins work when they are installed, and what their README says is so."""

from __future__ import annotations

import json
import re
import runpy
from typing import TYPE_CHECKING

import pytest

import plugin_packages
from homes import command, empty_home, name_sources, write_summary
from msnewsletter.api import CheckedIssue, ReleasedIssue, SourceRequest
from plugin_packages import EXAMPLES, add_example

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

AT = ("--at", "2026-11-23T08:00")
EVENT = {
    "kind": "summary",
    "uid": "walks",
    "title": "People who walked felt less worn out.",
    "day": "2026-11-20",
    "found": "Half of them walked, and felt better.",
    "why": "Fatigue is hard to live with.",
    "limits": "The study was small.",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    plugin_packages.install(tmp_path / "installed", monkeypatch)
    return empty_home(tmp_path / "home", sandbox="false")


def test_a_calendar_is_a_source_of_its_own_kind(tmp_path: Path, home: Home) -> None:
    add_example(tmp_path / "installed", "calendar-source")
    readme = (EXAMPLES / "calendar-source" / "README.md").read_text()
    [table] = re.findall(r"```\n\[\[sources\]\]\n(.*?)```", readme, re.DOTALL)
    name_sources(home, table)
    events = [EVENT, {"kind": "meeting"}, {**EVENT, "uid": "second", "title": ""}]
    (home.root / "calendar.json").write_text(json.dumps({"events": events}))
    done = command(home, "collect")
    assert "Traceback" not in done.stderr
    assert "second" in done.stderr  # one without a headline costs no other
    assert "People who walked" in command(home, "status").stdout
    assert "calendar-source 1.0 (source 'calendar')" in command(home, "doctor").stdout


def test_a_house_rule_is_a_finding_and_keeps_an_issue_back(tmp_path: Path, home: Home) -> None:
    add_example(tmp_path / "installed", "title-check")
    path = write_summary(home, "first")
    path.write_text(path.read_text().replace("# What we know of first.", "# What do we know?"))
    done = command(home, "check", *AT)
    assert done.returncode == 0, done.stderr
    assert "WARN  titles: question" in done.stdout
    assert "summaries/first.md" in done.stdout
    path.write_text(path.read_text().replace("# What do we know?", "# WE KNOW ALL."))
    done = command(home, "publish", *AT)
    assert done.returncode == 1
    assert "the headline of 'first' is in capitals" in done.stderr


def test_a_copy_of_each_issue_goes_to_a_folder_of_others(
    tmp_path: Path, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_example(tmp_path / "installed", "copy-outbox")
    (tmp_path / "others").mkdir()
    monkeypatch.setenv("COPY_OUTBOX_FOLDER", str(tmp_path / "others"))
    write_summary(home, "first")
    assert command(home, "publish", *AT).returncode == 0
    [copy] = (tmp_path / "others").iterdir()
    assert copy.read_bytes() == (home.outbox / "new" / "0001" / "digest.html").read_bytes()
    assert "copies: notified of 1 released issue\n" in command(home, "plugins", "list").stdout


@pytest.mark.parametrize(
    ("name", "function", "given"),
    [
        ("source", "look", SourceRequest),
        ("check", "check", CheckedIssue),
        ("outbox", "released", ReleasedIssue),
    ],
)
def test_a_skeleton_is_a_whole_module(name: str, function: str, given: type) -> None:
    path = EXAMPLES / "skeletons" / f"{name}.py"
    made = runpy.run_path(str(path))[function]
    assert given.__name__ in made.__annotations__.values().__str__()


def test_an_example_is_some_thirty_lines() -> None:
    for path in EXAMPLES.rglob("*.py"):
        assert len(path.read_text().splitlines()) <= 40, path.name
