"""One thing breaks at a step of publishing: nothing is lost or doubled, and the next run finishes.

docs/reference/faults.md lists what is broken here. One step for each fault in `make test`; all of
them by `make faults`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import feedparser
import pytest
import time_machine

from anyone import become_anyone
from forks import child_of, forked
from homes import AT, empty_home, write_summary
from msnewsletter.errors import NewsletterError
from msnewsletter.home import Home
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from publisher.faults import FAULTS, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from subprocess import CompletedProcess
    from typing import NoReturn

HOUR = timedelta(hours=1)
STEPS = tuple(step for step in Step if step is not Step.COMPLETE)
ALL = bool(os.environ.get("ALL_FAULTS"))


def cases() -> Iterator[tuple[Fault, Step]]:
    for number, fault in enumerate(FAULTS):
        # Another step for each fault: twelve in a row meet all of them.
        steps = STEPS if ALL else [STEPS[number % len(STEPS)]]
        yield from ((fault, step) for step in steps)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with one issue out, and one summary for the next."""
    home = empty_home(tmp_path_factory.mktemp("prepared") / "home", every="", on="", at="")
    text = home.settings.read_text()
    home.settings.write_text(re.sub(r"(?s)\[schedule\].*?(?=\[mail\])", "", text))
    home.templates.mkdir(exist_ok=True)
    write_summary(home, "first", tags="[fatigue]")
    publish(home, at=AT)
    write_summary(home, "second", "2026-11-23", tags="[fatigue, a new tag]")
    return home


@pytest.fixture
def home(prepared: Home, tmp_path: Path) -> Iterator[Home]:
    root = tmp_path / "home"
    shutil.copytree(prepared.root, root)
    yield Home(root)
    for folder in (root, *root.rglob("*")):
        if folder.is_dir():
            folder.chmod(0o755)


def outcome(home: Home, at: datetime, fault: Fault | None = None, step: Step | None = None) -> str:
    """Publish in a process of its own in which the fault happens at a step: what it says."""
    said = home.root.parent / "said"
    said.unlink(missing_ok=True)

    def anyone() -> NoReturn:
        become_anyone()
        sys.exit(_publish(home, fault, step, said, at))

    child = child_of(anyone)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return said.read_text()


def _publish(home: Home, fault: Fault | None, step: Step | None, said: Path, at: datetime) -> int:
    # Opened before the disk is full.
    with said.open("w") as file:

        def reached(now: Step) -> None:
            if fault and now is step:
                fault.happen(home)

        try:
            publish(home, at=at, reached=reached)
        except NewsletterError as error:
            file.write(str(error))
        return 0


def issues_out(home: Home) -> dict[str, list[str]]:
    """The keys of each issue that is in `outbox/new/`, by its record."""
    new = home.outbox / "new"
    folders = sorted(path.name for path in new.iterdir()) if new.is_dir() else []
    return {
        name: [
            entry["summary"]["key"]
            for entry in json.loads((home.records / f"{name}.json").read_bytes())["issue"][
                "entries"
            ]
        ]
        for name in folders
    }


@pytest.mark.parametrize(
    ("fault", "step"),
    list(cases()),
    ids=lambda one: one.name if isinstance(one, Fault) else one.value,
)
def test_what_breaks_is_named_and_the_next_run_after_its_repair_finishes(
    home: Home, fault: Fault, step: Step
) -> None:
    line = outcome(home, AT + HOUR, fault, step)
    assert bool(line) == (fault.noticed is not None and reaches(step, fault.noticed)), line
    assert_names(fault, line)
    write_third(home)
    if fault.lasting:
        again = outcome(home, AT + 2 * HOUR - fault.back)
        assert bool(again) == fault.stops, again
        assert_names(fault, again)
        # A clock that is set back is seen by who asks it: here nobody else does.
        if not fault.back:
            doctor = doctor_said(home)
            assert doctor.returncode == 1, doctor.stdout
            assert re.search(fault.said, doctor.stdout), doctor.stdout
    fault.repaired(home)
    assert outcome(home, AT + 3 * HOUR) == ""
    out = issues_out(home)
    assert [key for keys in out.values() for key in sorted(keys)] == ["first", "second", "third"]
    assert list((home.outbox / "tmp").iterdir()) == []
    titles = [entry.title for entry in feedparser.parse(home.site / "rss.xml").entries]
    assert sorted(titles) == [f"What we know of {key}." for key in ("first", "second", "third")]
    assert f"{[*out][-1]}.html" in (home.site / "index.html").read_text()
    assert outcome(home, AT + 3 * HOUR) == ""
    assert issues_out(home) == out


def reaches(step: Step, last: Step) -> bool:
    return STEPS.index(step) <= STEPS.index(last)


def assert_names(fault: Fault, line: str) -> None:
    """What is said is one line, and names what broke."""
    assert "\n" not in line
    assert not line or re.search(fault.said, line), line


def write_third(home: Home) -> None:
    """Something to publish, so that what stops publishing is met whatever is out already."""
    folder = home.root / "summaries"
    mode = folder.stat().st_mode
    folder.chmod(0o755)
    write_summary(home, "third", "2026-11-23", tags="[fatigue]")
    folder.chmod(mode)


def doctor_said(home: Home) -> CompletedProcess[str]:
    """What `doctor` says an hour later, to somebody who has to obey the rights of files."""

    def before() -> None:
        become_anyone()
        time_machine.travel(AT + 2 * HOUR, tick=False).start()

    done = forked(["--home", str(home.root), "doctor"], before=before)
    assert "Traceback" not in done.stderr
    return done


def test_the_list_of_faults_in_the_documents_is_this_one() -> None:
    text = (Path(__file__).parents[2] / "docs" / "reference" / "faults.md").read_text()
    assert re.findall(r"^\| ([^|]+?) \|", text, re.MULTILINE)[1:] == [one.name for one in FAULTS]
