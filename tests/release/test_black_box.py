"""The program as a stranger starts it: the checkout's, the installed wheel's, or TEST_PROGRAM.

These tests import nothing of the program, so that they judge whatever is installed anywhere.
"""

from __future__ import annotations

import email
import json
import re
import subprocess
from dataclasses import dataclass
from email import policy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from subprocess import CompletedProcess

SLOT = "2026-11-23T08:00"


@dataclass(frozen=True, kw_only=True)
class Round:
    """A home in which the program published the samples, and what it said of each step."""

    home: Path
    said: dict[str, CompletedProcess[str]]


@pytest.fixture(scope="module")
def went(
    program: tuple[list[str], dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Round:
    words, environment = program
    folder = tmp_path_factory.mktemp("round")

    def run(*more: str) -> CompletedProcess[str]:
        return subprocess.run(
            [*words, *more],
            cwd=folder,
            env=environment | {"PYTHONWARNINGS": "error"},
            capture_output=True,
            text=True,
            check=False,
        )

    home = ("--home", "home")
    said = {
        "version": run("--version"),
        "init": run("init", "--sandbox", "home"),
        "publish": run(*home, "publish", "--at", SLOT),
        "again": run(*home, "publish", "--at", SLOT),
        "status": run(*home, "status", "--json"),
        "no home": run("--home", "elsewhere", "status"),
        "no verb": run("publsh"),
    }
    return Round(home=folder / "home", said=said)


def test_it_says_its_version(went: Round) -> None:
    assert went.said["version"].returncode == 0
    assert re.search(r"\bmsnewsletter, version \d+\.\d+", went.said["version"].stdout)


def test_it_lays_out_a_home_and_publishes_its_samples(went: Round) -> None:
    for step in ("init", "publish"):
        done = went.said[step]
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    issue = went.home / "outbox" / "new" / "0001"
    mail = email.message_from_bytes((issue / "digest.eml").read_bytes(), policy=policy.default)
    parts = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html"]
    for name in ("index.html", "rss.xml", "atom.xml", "feed.json", "archive/0001/feed.json"):
        assert (went.home / "outbox" / "site" / name).stat().st_size > 1000, name
    feed = json.loads((went.home / "outbox" / "site" / "feed.json").read_bytes())
    record = json.loads((went.home / "issues" / "0001.json").read_bytes())
    assert len(feed["items"]) == len(record["entries"]) > 3


def test_it_publishes_nothing_twice(went: Round) -> None:
    assert "Traceback" not in went.said["again"].stderr
    assert [path.name for path in (went.home / "outbox" / "new").iterdir()] == ["0001"]


def test_it_tells_programs_of_the_home_in_json(went: Round) -> None:
    done = went.said["status"]
    assert done.returncode == 0, done.stderr
    assert isinstance(json.loads(done.stdout), dict)


def test_a_mistake_is_one_line_and_an_exit_code(went: Round) -> None:
    for step in ("no home", "no verb"):
        done = went.said[step]
        assert done.returncode > 0
        assert done.stderr
        assert "Traceback" not in done.stderr


def test_the_wheel_lacks_nothing_that_any_module_needs(installed: Path, tmp_path: Path) -> None:
    look = (
        "import importlib, pkgutil, msnewsletter\n"
        "for one in pkgutil.walk_packages(msnewsletter.__path__, 'msnewsletter.'):\n"
        "    '__main__' in one.name or importlib.import_module(one.name)\n"
        "print(msnewsletter.__file__)\n"
    )
    done = subprocess.run(
        [installed / "bin" / "python", "-I", "-c", look],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(installed)
