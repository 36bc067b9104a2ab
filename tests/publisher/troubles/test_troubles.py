"""Troubles: each is found once, and `status` and `doctor` say the same line of it."""

from __future__ import annotations

import json
import os
import re
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import at
from homes import AT, empty_home, write_summary
from msnewsletter.clock.clock_troubles import all_troubles
from msnewsletter.clock.loop import Clock
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.reset_mark import archive_of, mark_reset
from msnewsletter.publisher.session import Step
from msnewsletter.publisher.situation import gather
from msnewsletter.publisher.troubles.trouble import Check

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
NEVER_RAN = (
    "it has never run here, so nothing goes out from this home by itself: start "
    "'msnewsletter run', or publish by hand"
)


class _KilledError(Exception):
    pass


def without_schedule(home: Home) -> None:
    text = home.settings.read_text()
    home.settings.write_text(text[: text.index("[schedule]")] + text[text.index("[mail]") :])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose editor publishes by hand."""
    found = empty_home(tmp_path / "home")
    without_schedule(found)
    write_summary(found, "a")
    return found


def said(home: Home, moment: datetime) -> list[tuple[str, str]]:
    """The troubles, with the name of the check of each; `status` and `doctor` say all of them."""
    found = all_troubles(gather(home, at=moment), thorough=True)
    status, doctor = at(home, moment, "status"), at(home, moment, "doctor")
    assert doctor.code == (1 if found else 0)
    for one in found:
        assert f"BAD  {one.check}: {one.says}\n" in doctor.said
        assert f"{one.check.upper()}: {one.says}\n" in status.said
        assert one.says.isprintable()
    assert doctor.said.count("BAD") == len(found)
    return [(one.check, one.says) for one in found]


def test_a_home_without_a_schedule_needs_no_clock(home: Home) -> None:
    assert said(home, AT) == []
    doctor = at(home, AT, "doctor").said
    assert "ok   clock: there is no [schedule], so none is needed: you publish by hand" in doctor


def test_a_clock_that_failed_before_the_schedule_was_removed_is_no_trouble(home: Home) -> None:
    clock = Clock(home, now=lambda: AT, every=None)
    clock.wake()
    clock.leave()
    assert not clock.healthy
    assert said(home, AT) == []


def test_a_schedule_that_no_clock_follows_says_which_slot_has_passed(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "a")
    publish(home, at=AT - DAY)
    write_summary(home, "b")
    clock = Clock(home, now=lambda: AT - DAY, every=None)
    clock.wake()
    clock.leave()
    [(check, line)] = said(home, AT + 2 * timedelta(hours=1))
    assert check == "clock"
    assert "the slot 2026-11-23T08:00[Europe/Berlin] has passed; start 'msnewsletter run'" in line


@pytest.mark.parametrize("automatic", ["", "true", "false"])
def test_before_the_first_issue_no_clock_is_missed_until_a_slot_has_passed_with_something_new(
    tmp_path: Path, automatic: str
) -> None:
    home = empty_home(tmp_path / "home")
    if automatic:
        sends = f'[smtp]\nhost = "127.0.0.1"\n[deliver]\nautomatic = {automatic}\n'
        home.settings.write_text(f"{home.settings.read_text()}\n{sends}")
    for moment in (AT - DAY, AT + DAY):
        assert of_clock(home, moment) == [], "there is nothing to send"
    write_summary(home, "a")
    assert of_clock(home, AT + DAY) == [], "it was never collected: a slot that passed had nothing"
    collect_now(home, at=AT - DAY)
    assert of_clock(home, AT - DAY) == []
    assert f"ok   clock: {NEVER_RAN}" in at(home, AT - DAY, "doctor").said
    [line] = of_clock(home, AT + DAY)
    assert "the slot 2026-11-23T08:00[Europe/Berlin] has passed with something new" in line


def of_clock(home: Home, moment: datetime) -> list[str]:
    """What is said of the clock alone: nothing can be sent from this home."""
    found = all_troubles(gather(home, at=moment), thorough=False)
    return [one.says for one in found if one.check is Check.CLOCK]


def test_who_publishes_by_hand_hears_of_no_clock_until_a_slot_has_passed_them_by(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "a")
    publish(home, at=AT - DAY)
    for moment in (AT - DAY, AT + DAY):
        assert said(home, moment) == [], "nothing new has missed a slot"
        says = f"{NEVER_RAN}\n"
        assert f"ok   clock: {says}" in at(home, moment, "doctor").said
        assert f"Clock: {says}" in at(home, moment, "status").said
    write_summary(home, "b")
    [(check, line)] = said(home, AT + DAY)
    assert check == "clock"
    assert line == (
        "the clock has never run here, and the slot 2026-11-23T08:00[Europe/Berlin] has "
        "passed with something new; run 'msnewsletter publish', or start 'msnewsletter run', "
        "which publishes at each slot"
    )
    publish(home, at=AT + DAY)
    assert said(home, AT + DAY) == []


def test_an_issue_that_was_interrupted_is_named(home: Home) -> None:
    def die(step: Step) -> None:
        if step is Step.SELECTED:
            raise _KilledError

    with pytest.raises(_KilledError):
        publish(home, at=AT, reached=die)
    [(check, line)] = said(home, AT + DAY)
    assert check == "issue"
    assert line.startswith("issue 0001 was interrupted")
    publish(home, at=AT + DAY)
    assert said(home, AT + DAY) == []


def test_a_reset_that_was_interrupted_is_named_as_publish_names_it(home: Home) -> None:
    publish(home, at=AT)
    mark_reset(home, archive_of(home, AT.date()))
    with pytest.raises(RefusedError) as refused:
        publish(home, at=AT + DAY)
    assert said(home, AT + DAY) == [("home", str(refused.value))]
    home.reset.unlink()
    assert said(home, AT + DAY) == []


def test_what_two_kinds_of_trouble_meet_in_one_place_is_said_once(home: Home) -> None:
    publish(home, at=AT)
    site = home.var / "site.json"
    site.unlink()
    os.mkfifo(site)
    found = all_troubles(gather(home, at=AT + DAY), thorough=True)
    lines = [one.says for one in found]
    assert any(line.startswith("var/site.json: is a pipe") for line in lines)
    assert len(set(lines)) == len(lines)
    doctor = at(home, AT + DAY, "doctor").said
    assert doctor.count("var/site.json: is a pipe") == 1


def test_an_interrupted_issue_that_cannot_be_finished_says_why(tmp_path: Path) -> None:
    def die(step: Step) -> None:
        if step is Step.SELECTED:
            raise _KilledError

    home = empty_home(tmp_path / "home")
    write_summary(home, "a")
    with pytest.raises(_KilledError):
        publish(home, at=AT, reached=die)
    home.templates.mkdir()
    (home.templates / "digest.mjml.j2").write_text("{% for %}")
    clock = Clock(home, now=lambda: AT, every=None)
    clock.wake()
    clock.leave()
    lines = [line for check, line in said(home, AT) if check == "issue"]
    assert any(
        line.startswith("issue 0001 was interrupted, and finishing it fails: templates/digest.mjml")
        for line in lines
    )


def test_a_last_slot_that_lies_ahead_is_a_trouble(home: Home) -> None:
    text = home.settings.read_text()
    home.settings.write_text(text.replace("sandbox = true", "samples = true"))
    publish(home, at=AT + 365 * DAY)
    [(check, line)] = said(home, AT)
    assert check == "time"
    assert "the last slot is later, Tue 2027-11-23 08:00 (Europe/Berlin)" in line
    assert json.loads(at(home, AT, "status", "--json").said)["clock"] == line


@pytest.mark.sqlite("on PostgreSQL another home may have the site")
def test_a_site_that_is_gone_though_issues_are_out_is_a_trouble(home: Home) -> None:
    publish(home, at=AT)
    assert said(home, AT) == []
    shutil.rmtree(home.site)
    [(check, line)] = said(home, AT + DAY)
    assert (check, line.partition(";")[0]) == (
        "site",
        "outbox/site/ is missing, though issue 1 is out",
    )
    publish(home, at=AT + DAY)
    assert said(home, AT + DAY) == []


def test_a_file_of_a_sent_summary_that_is_refused_is_a_trouble(home: Home) -> None:
    publish(home, at=AT)
    write_summary(home, "a", published="2026-02-30")
    [(check, line)] = said(home, AT + DAY)
    assert check == "sent"
    assert line.startswith("summaries/a.md")


def test_of_many_troubles_of_one_kind_the_first_five_are_named(home: Home) -> None:
    for number in range(8):
        write_summary(home, f"s{number}")
    publish(home, at=AT)
    for number in range(8):
        write_summary(home, f"s{number}", status="corrected")
    found = said(home, AT + DAY)
    assert [check for check, _ in found] == ["sent"] * 6
    assert found[5][1] == "and 3 more; run 'msnewsletter status'"


def test_what_blocks_the_next_issue_is_named_before_its_slot(home: Home) -> None:
    text = home.settings.read_text()
    why = re.compile(r'^why = ".*"$', re.MULTILINE)
    home.settings.write_text(why.sub('why = "Lorem ipsum."', text))
    [(check, line)] = said(home, AT)
    assert check == "issue"
    assert line.startswith(
        "issue 0001 is blocked: newsletter.toml: mail.why: a placeholder is left"
    )
    document = json.loads(at(home, AT, "status", "--json").said)
    assert [f"issue 0001 is blocked: {one}" for one in document["blocked"]] == [line]
    assert "Next issue, it is BLOCKED: 1" in at(home, AT, "status").said


def test_broken_settings_are_one_line_for_every_check_that_needs_them(home: Home) -> None:
    home.settings.write_text("nonsense")
    doctor = at(home, AT, "doctor")
    assert doctor.code == 1
    lines = [line for line in doctor.said.splitlines() if line.startswith("BAD")]
    assert len({line.partition(": ")[2] for line in lines}) == 1
    status = at(home, AT, "status")
    assert status.code == 1
    assert "SETTINGS: newsletter.toml: it is not TOML" in status.said
    assert status.complained.count("\n") == 1


def test_who_approved_what_and_when_is_in_the_zone_of_the_newsletter(home: Home) -> None:
    text = home.settings.read_text().replace('review = "none"', 'review = "required"')
    home.settings.write_text(text)
    approve(home, by="Ada", at=AT - DAY)
    assert "approved by Ada on Sun 2026-11-22 08:00 (Europe/Berlin)" in at(home, AT, "status").said
    publish(home, at=AT)
    path = write_summary(home, "b")
    approve(home, by="Bo", at=AT + DAY)
    path.write_text(path.read_text().replace("was small", "was very small"))
    lines = at(home, AT + DAY, "status").said.splitlines()
    assert "  approved by Ada on Sun 2026-11-22 08:00 (Europe/Berlin)" in lines
    changed = "  approved by Bo on Tue 2026-11-24 08:00 (Europe/Berlin), and it has changed since"
    assert changed in lines


def test_status_names_the_folders_that_nobody_has_taken_and_since_when(home: Home) -> None:
    publish(home, at=AT)
    folder = home.outbox / "new" / "0001"
    os.utime(folder, (AT.timestamp(), AT.timestamp()))
    line = "  not taken yet: outbox/new/0001/, since Mon 2026-11-23 08:00 (Europe/Berlin)\n"
    assert line in at(home, AT + DAY, "status").said
    folder.rename(home.outbox / "sent" / "0001")
    assert "not taken yet" not in at(home, AT + DAY, "status").said


def test_what_was_sent_is_well_and_says_what_of_it_waits_for_the_next_issue(home: Home) -> None:
    write_summary(home, "b")
    write_summary(home, "c")
    publish(home, at=AT)
    now = "ok   sent: readers get what the files of sent summaries say"
    assert f"{now}\n" in at(home, AT + DAY, "doctor").said
    write_summary(home, "a", status="withdrawn", note="We were wrong.")
    one = f"{now} once issue 2 is out: until then 1 correction waits for it\n"
    assert one in at(home, AT + DAY, "doctor").said
    write_summary(home, "b", status="withdrawn", note="We were wrong.")
    write_summary(home, "c", journal="Another Journal")
    more = f"{now} once issue 2 is out: until then 2 corrections and 1 edited text wait for it\n"
    assert more in at(home, AT + DAY, "doctor").said
    publish(home, at=AT + DAY)
    assert f"{now}\n" in at(home, AT + DAY, "doctor").said
