"""Records are durable before an issue is released, and are compared, never overwritten."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import lose_database, rows
from forks import child_of
from homes import AT, command, empty_home, write_summary
from msnewsletter.errors import RecordError, RefusedError
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.resolve import resolve
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.session import Step

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)


def killed_at(step: Step, home: Home) -> None:
    """Publish in a process of its own that dies after a step."""

    def reached(now: Step) -> None:
        if now is step:
            os._exit(9)

    child = child_of(lambda: publish(home, at=AT, reached=reached))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def folders(home: Home) -> list[str]:
    return sorted(path.name for path in (home.outbox / "new").iterdir())


def keys(home: Home, number: int) -> list[str]:
    record = json.loads(home.record(number).read_bytes())
    return [entry["summary"]["key"] for entry in record["issue"]["entries"]]


def change_database(home: Home, old: str, new: str) -> None:
    change = f"UPDATE entries SET document = replace(document, '{old}', '{new}') RETURNING 1"  # noqa: S608
    assert rows(home, change)


def test_a_record_is_durable_before_its_issue_is_released(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    killed_at(Step.RECORDED, home)
    assert home.record(1).exists()
    assert folders(home) == []
    publish(home, at=AT)
    assert folders(home) == ["0001"]


@pytest.mark.parametrize("step", [Step.RECORDED, Step.RELEASED, Step.PUBLISHED])
@pytest.mark.sqlite("of several homes, none knows what another released")
def test_the_database_lost_at_any_step_after_the_record_repeats_and_loses_nothing(
    tmp_path: Path, step: Step
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    killed_at(step, home)
    if step is not Step.RECORDED:
        shutil.rmtree(home.outbox / "new" / "0001")  # a sender has taken it
    lose_database(home)
    write_summary(home, "b")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert (keys(home, 1), keys(home, 2)) == (["a"], ["b"])
    assert folders(home) == (["0001", "0002"] if step is Step.RECORDED else ["0002"])
    assert list((home.outbox / "tmp").iterdir()) == []


def test_a_damaged_database_never_replaces_a_good_record_and_both_sides_are_said(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    record = home.record(1).read_bytes()
    change_database(home, "Something about a", "Something about q")
    write_summary(home, "b")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert home.record(1).read_bytes() == record
    (alarm,) = done.preview.alarms
    assert alarm.place == "issues/0001.json"
    assert "issue.entries[1].summary.found" in alarm.text
    assert "Something about a" in alarm.text
    assert "Something about q" in alarm.text
    doctor = command(home, "doctor")
    assert doctor.returncode == 1
    assert "BAD  database: issues/0001.json: issue.entries[1].summary.found is" in doctor.stdout


def test_a_difference_goes_when_the_database_is_made_again_from_the_records(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    change_database(home, "Something about a", "Something about q")
    lose_database(home)
    write_summary(home, "b")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert done.preview.alarms == ()
    assert keys(home, 2) == ["b"]


@pytest.mark.parametrize("damage", ["{", "{}", '{"format": 1}'])
def test_a_last_record_that_cannot_be_read_is_said_and_left_alone(
    tmp_path: Path, damage: str
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    home.record(1).write_text(damage)
    write_summary(home, "b")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert [alarm.place for alarm in done.preview.alarms] == ["issues/0001.json"]
    assert home.record(1).read_text() == damage


def test_a_record_changed_by_hand_while_its_issue_was_under_way_stops_the_release(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    killed_at(Step.RECORDED, home)
    good = home.record(1).read_text()
    home.record(1).write_text(good.replace("Something about a", "Something else"))
    with pytest.raises(RecordError, match=r"issues/0001\.json: issue\.entries\[1\]\.summary"):
        publish(home, at=AT + HOUR)
    assert folders(home) == []
    home.record(1).write_text(good)
    publish(home, at=AT + HOUR)
    assert folders(home) == ["0001"]


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("step", [Step.PUBLISHING, Step.RECORDED, Step.RELEASED])
def test_an_outbox_removed_amid_the_release_is_a_persons_decision(
    tmp_path: Path, step: Step, *, sent: bool
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    killed_at(step, home)
    shutil.rmtree(home.outbox)
    for _ in range(2):
        with pytest.raises(RefusedError, match="issue 0001: it was being released when the outbox"):
            publish(home, at=AT + HOUR)
    # Not that the next publish finishes it: it does not.
    for verb in ("status", "doctor"):
        assert "run 'msnewsletter resolve 1 --sent' if readers got it" in command(home, verb).stdout
    resolve(home, 1, sent=sent, at=AT + HOUR)
    assert folders(home) == ([] if sent else ["0001"])
    write_summary(home, "b")
    publish(home, at=AT + 2 * HOUR)
    assert (keys(home, 1), keys(home, 2)) == (["a"], ["b"])


def test_a_folder_of_the_outbox_that_is_missing_is_made_again(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    killed_at(Step.RECORDED, home)
    (home.outbox / "new").rmdir()
    publish(home, at=AT)
    assert folders(home) == ["0001"]


def test_there_is_nothing_to_resolve_while_the_outbox_is_there(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    killed_at(Step.RECORDED, home)
    with pytest.raises(RefusedError, match="there is nothing to resolve"):
        resolve(home, 1, sent=False, at=AT)


def test_an_old_record_without_what_newer_ones_hold_is_no_difference(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    record = json.loads(home.record(1).read_bytes())
    for name in ("detail", "contents", "reply_to", "low_energy"):
        record["issue"]["masthead"].pop(name, None)
    home.record(1).write_text(json.dumps(record))
    write_summary(home, "b")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert done.preview.alarms == ()
