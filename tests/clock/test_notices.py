"""What editors are notified of: every event once for its slot or reason, and by whose command."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from clock.clocks import scheduled_home
from fetching import page_source
from homes import FOLDER, command, name_sources, write_summary
from msnewsletter.clock.heartbeat import read_heartbeat
from msnewsletter.clock.loop import Clock
from msnewsletter.clock.notices import notification_text
from msnewsletter.disk.lock import locked
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.send_back import send_back, take_back
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from msnewsletter.home import Home

SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday, 08:00 in Berlin
KEY = "2026-11-23T08:00[Europe/Berlin]"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WEEKLY = 'every = "week"\non = ["monday"]\nat = "08:00"\n'
# Appends what it is given to a file beside it, a JSON object a line.
HOOK = """#!{python}
import json, os, sys
names = ("EVENT", "SLOT", "ISSUE", "SUBJECT", "HOME")
given = {{name: os.environ["MSNEWSLETTER_" + name] for name in names}}
with open({path!r}, "a") as file:
    file.write(json.dumps(given | {{"TEXT": sys.stdin.read()}}) + "\\n")
"""


@dataclass(frozen=True)
class Noted:
    """A home whose editors are notified, and what they were told."""

    home: Home
    path: Path

    def wake(self, *moments: datetime) -> None:
        """One wake of a clock that cron starts, at each of these."""
        for moment in moments:
            wake(self.home, moment)

    @property
    def notices(self) -> list[dict[str, str]]:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return [json.loads(line) for line in lines]

    @property
    def events(self) -> list[str]:
        return [notice["EVENT"] for notice in self.notices]


def wake(home: Home, moment: datetime) -> Clock:
    clock = Clock(home, now=lambda: moment, every=None)
    clock.wake()
    clock.leave()
    return clock


def noted(tmp_path: Path, rule: str = "", **settings: str) -> Noted:
    path, hook = tmp_path / "told.jsonl", tmp_path / "hook"
    hook.write_text(HOOK.format(python=sys.executable, path=str(path)))
    hook.chmod(0o755)
    home = scheduled_home(tmp_path / "home", WEEKLY + rule + f'\nnotify = "{hook}"', **settings)
    found = Noted(home, path)
    found.wake(SLOT - 3 * DAY)
    return found


def said_by_all(home: Home, at: datetime) -> tuple[str, list[str]]:
    """The standard output of `status`, and the lines of `doctor` that are BAD."""
    status = command(home, "status", "--at", at.isoformat()).stdout
    doctor = command(home, "doctor").stdout.splitlines()
    return status, [line for line in doctor if line.startswith("BAD")]


def test_the_draft_says_what_is_in_it_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    found = noted(tmp_path, 'lead = "1 day"', review='"required"')
    path = write_summary(found.home, "a")
    path.write_text(path.read_text().replace("was small", "was **small**"))
    write_summary(found.home, "later", "2027-01-01")
    (found.home.root / "summaries" / "b.md").write_text("no headline\n")
    found.wake(SLOT - HOUR, SLOT - HOUR + 5 * MINUTE)
    [notice] = found.notices
    assert (notice["EVENT"], notice["SLOT"], notice["ISSUE"]) == ("draft", KEY, "0001")
    text = notice["TEXT"]
    assert "   1. What we know of a." in text
    assert "held  later (summaries/later.md): " in text
    assert "refused  summaries/b.md" in text
    until = "until Monday, 23 November 2026, 08:00 (Europe/Berlin) with 'msnewsletter approve'"
    assert until in text
    assert "finding  " in text


def test_a_draft_that_would_be_blocked_says_so_two_days_before(tmp_path: Path) -> None:
    found = noted(tmp_path, 'lead = "1 day"', why='"Lorem ipsum."')
    write_summary(found.home, "a")
    found.wake(SLOT - HOUR)
    assert "issue 0001 is blocked: " in found.notices[0]["TEXT"]


def test_a_draft_of_nothing_says_how_it_stands_for_a_summary_may_come(tmp_path: Path) -> None:
    found = noted(tmp_path, 'lead = "1 day"')
    found.wake(SLOT - HOUR)
    [notice] = found.notices
    assert notice["TEXT"].startswith(
        "Nothing is new so far for the slot of Monday, 23 November 2026, 08:00 (Europe/Berlin): as "
        "it stands, there will be no issue. A summary that comes until then makes one.\n"
    )
    assert notice["SUBJECT"] == "nothing is new so far"
    name_sources(found.home, page_source(), FOLDER)
    preview = next_issue_preview(found.home, at=SLOT - HOUR)
    assert ", and sources are asked once more at the slot.\n" in notification_text(
        preview, None, Notification.DRAFT
    )


def test_an_issue_that_a_finding_blocks_at_its_slot_is_named_to_everybody(tmp_path: Path) -> None:
    found = noted(tmp_path, why='"Lorem ipsum."')
    write_summary(found.home, "a")
    found.wake(*(SLOT + number * 5 * MINUTE for number in range(9)))
    [notice] = found.notices
    assert (notice["EVENT"], notice["SLOT"], notice["ISSUE"]) == ("blocked", KEY, "0001")
    [line] = [line for line in notice["TEXT"].splitlines() if "is blocked: " in line]
    assert "mail.why" in line or "Lorem ipsum" in line
    status, bad = said_by_all(found.home, SLOT + HOUR)
    assert f"ISSUE: {line}" in status
    assert "Next issue, it is BLOCKED: 1" in status
    assert f"BAD  issue: {line}" in bad


def test_an_issue_that_a_template_blocks_names_the_template(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.home.templates.mkdir()
    (found.home.templates / "digest.mjml.j2").write_text("{% for %}")
    found.wake(SLOT)
    assert found.events == ["blocked"]
    assert "templates/digest.mjml.j2:1" in found.notices[0]["TEXT"]


def test_a_block_for_another_reason_is_another_notice(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.home.templates.mkdir()
    template = found.home.templates / "digest.mjml.j2"
    for number, text in enumerate(("{% for %}", "\n{% for %}", "\n{% for %}")):
        template.write_text(text)
        found.wake(SLOT + number * HOUR)
    assert found.events == ["blocked", "blocked"]
    template.unlink()
    found.wake(SLOT + 4 * HOUR)
    assert found.events[2:] == ["published"]


def test_an_issue_that_waits_is_told_again_when_it_changed_after_its_approval(
    tmp_path: Path,
) -> None:
    found = noted(tmp_path, review='"required"')
    path = write_summary(found.home, "a")
    found.wake(SLOT, SLOT + 5 * MINUTE, SLOT + 10 * MINUTE)
    assert found.events == ["waits"]
    assert "nobody has approved it; run 'msnewsletter approve'" in found.notices[0]["TEXT"]
    approve(found.home, by="Ada", at=SLOT + 11 * MINUTE)
    path.write_text(path.read_text().replace("was small", "was very small"))
    found.wake(SLOT + 12 * MINUTE, SLOT + 17 * MINUTE)
    assert found.events == ["waits", "waits"]
    changed = "it has changed since Ada approved it on Mon 2026-11-23 08:11 (Europe/Berlin)"
    assert changed in found.notices[1]["TEXT"]
    approve(found.home, by="Ada", at=SLOT + 18 * MINUTE)
    found.wake(SLOT + 20 * MINUTE)
    assert found.events[2:] == ["published"]


def test_an_issue_that_was_sent_back_is_told_once_with_the_reason(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.wake(SLOT - DAY)
    send_back(found.home, reason="The dose is wrong.\nSee page 3.", by="Bo", at=SLOT - 20 * HOUR)
    found.wake(SLOT - 19 * HOUR, SLOT - 18 * HOUR)
    [notice] = found.notices
    assert (notice["EVENT"], notice["SUBJECT"]) == ("sent_back", "issue 0001 was sent back")
    text = "Bo sent issue 0001 back on Sun 2026-11-22 12:00 (Europe/Berlin):\n\n"
    assert notice["TEXT"].startswith(f"{text}The dose is wrong.\nSee page 3.\n\nIt waits until")
    send_back(found.home, reason="And the title.", by="Bo", at=SLOT - 17 * HOUR)
    found.wake(SLOT - 16 * HOUR)
    assert found.events == ["sent_back", "sent_back"]


def test_what_was_taken_back_before_the_clock_woke_is_told_to_nobody(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.wake(SLOT - DAY)
    send_back(found.home, reason="No.", by="Bo", at=SLOT - 20 * HOUR)
    take_back(found.home, at=SLOT - 19 * HOUR)
    found.wake(SLOT - 18 * HOUR)
    assert found.events == []


def test_a_late_issue_is_told_once(tmp_path: Path) -> None:
    found = noted(tmp_path, 'late_after = "1 hour"')
    write_summary(found.home, "a")
    found.wake(SLOT + 2 * HOUR, SLOT + 3 * HOUR)
    assert found.events == ["late"]
    assert "waits for a person: its slot is longer ago than late_after" in found.notices[0]["TEXT"]


def test_an_issue_that_is_out_is_told_with_what_is_in_it_and_where_it_lies(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    write_summary(found.home, "later", "2027-01-01")
    found.wake(SLOT, SLOT + 5 * MINUTE)
    [notice] = found.notices
    assert (notice["EVENT"], notice["SLOT"], notice["ISSUE"]) == ("published", KEY, "0001")
    assert f"Its mail waits in {found.home.outbox}/new/0001 for your mail system." in notice["TEXT"]
    assert "It has 1 summary: https://notes.example.org/issues/0001.html" in notice["TEXT"]
    assert "   1. What we know of a." in notice["TEXT"]
    assert "held  later (summaries/later.md): " in notice["TEXT"]


def test_an_issue_that_a_person_published_is_told_by_the_clock(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    publish(found.home, at=SLOT - DAY)
    found.wake(SLOT - DAY + HOUR, SLOT - DAY + 2 * HOUR)
    assert found.events == ["published"]


def test_an_issue_of_long_ago_is_no_news(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    publish(found.home, at=SLOT - DAY)
    found.wake(SLOT + 5 * DAY)
    assert "published" not in found.events


def test_what_keeps_failing_is_told_once_for_each_reason_until_it_works_again(
    tmp_path: Path,
) -> None:
    found = noted(tmp_path)
    folder = found.home.root / "summaries"
    folder.rmdir()
    moments = [SLOT - DAY + number * 20 * MINUTE for number in range(6)]
    found.wake(*moments[:1])
    assert found.events == [], "once may be chance"
    found.wake(*moments[1:])
    [notice] = found.notices
    assert (notice["EVENT"], notice["SLOT"], notice["ISSUE"]) == ("failed", "", "")
    assert "the clock has failed to collect since Sun 2026-11-22 08:00" in notice["TEXT"]
    assert "summaries" in notice["TEXT"]
    folder.mkdir()
    found.wake(SLOT - 20 * HOUR)
    folder.rmdir()
    found.wake(*(SLOT - 15 * HOUR + number * 20 * MINUTE for number in range(3)))
    assert found.events == ["failed", "failed"]


def test_settings_that_cannot_be_read_are_told_by_the_last_good_ones(tmp_path: Path) -> None:
    found = noted(tmp_path)
    text = found.home.settings.read_text()
    found.home.settings.write_text(text.replace("[newsletter]", "[newsletter"))
    found.wake(*(SLOT - DAY + number * 20 * MINUTE for number in range(6)))
    assert found.events == ["failed"]
    assert "newsletter.toml:" in found.notices[0]["TEXT"]
    found.home.settings.write_text(text)
    found.wake(SLOT - HOUR)
    beat = read_heartbeat(found.home)
    assert beat is not None
    assert not beat.failing


@pytest.mark.sqlite("it breaks the database's file")
def test_a_database_that_is_broken_is_told(tmp_path: Path) -> None:
    found = noted(tmp_path)
    found.home.database.write_bytes(b"not a database" * 1000)
    found.wake(*(SLOT - DAY + number * 20 * MINUTE for number in range(4)))
    assert found.events == ["failed"]
    assert "var/newsletter.db" in found.notices[0]["TEXT"]


def test_a_recovery_that_fails_names_the_file_to_everybody(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.wake(SLOT)
    record = json.loads(found.home.record(1).read_bytes())
    record["issue"]["number"] = "one"
    found.home.record(2).write_text(json.dumps(record))
    found.wake(*(SLOT + DAY + number * 20 * MINUTE for number in range(4)))
    assert found.events == ["published", "failed"]
    assert "issues/0002.json" in found.notices[1]["TEXT"]
    assert "number" in found.notices[1]["TEXT"]
    status = command(found.home, "status")
    assert "issues/0002.json" in status.stdout + status.stderr
    assert "issues/0002.json" in command(found.home, "doctor").stdout


def test_what_readers_do_not_get_is_loud_in_status_doctor_and_a_notice(tmp_path: Path) -> None:
    found = noted(tmp_path)
    write_summary(found.home, "a")
    found.wake(SLOT)
    write_summary(found.home, "a", status="withdrawn-ish")
    found.wake(SLOT + DAY, SLOT + DAY + 2 * HOUR)
    assert found.events == ["published", "alarm"]
    status, bad = said_by_all(found.home, SLOT + DAY)
    assert "SENT: summaries/a.md" in status
    assert any(line.startswith("BAD  sent: summaries/a.md") for line in bad)
    assert "NOT CORRECTED  summaries/a.md" in found.notices[1]["TEXT"]


def test_nothing_that_a_file_says_acts_on_a_terminal(tmp_path: Path) -> None:
    found = noted(tmp_path, 'lead = "1 day"')
    write_summary(found.home, "a", title="Short\u202etitle")
    odd = found.home.root / "summaries" / "b\x1b[31m\u202e\x07.md"
    odd.write_text("no headline\n")
    found.wake(SLOT - HOUR)
    [notice] = found.notices
    assert not [
        char
        for char in notice["TEXT"]
        if (ord(char) < 32 and char != "\n") or char in "\x7f\x9b\u202e\u2066\u200f"
    ]


def test_an_archive_is_a_notice_of_a_hundred_lines(tmp_path: Path) -> None:
    found = noted(tmp_path, 'lead = "1 day"')
    for number in range(150):
        (found.home.root / "summaries" / f"{number}.md").write_text("no headline\n")
    write_summary(found.home, "a")
    found.wake(SLOT - HOUR)
    text = found.notices[0]["TEXT"]
    assert text.count("refused  ") == 100
    assert "… and 50 more: see 'msnewsletter status'" in text


# ── quiet, and memory over runs ──────────────────────────────────────────────────────────────


def logged(caplog: pytest.LogCaptureFixture, home: Home, moments: Iterable[datetime]) -> list[str]:
    caplog.clear()
    with caplog.at_level("INFO", logger="msnewsletter.clock"):
        for moment in moments:
            wake(home, moment)
    return [record.getMessage() for record in caplog.records]


def test_a_day_of_cron_on_which_nothing_happens_prints_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = scheduled_home(tmp_path / "home")
    wake(home, SLOT - 2 * DAY)
    assert logged(caplog, home, (SLOT - DAY + n * 30 * MINUTE for n in range(48))) == []


def test_what_waits_or_is_refused_is_said_once_over_all_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = scheduled_home(tmp_path / "home", WEEKLY, review='"required"')
    wake(home, SLOT - DAY)
    write_summary(home, "a")
    bad = write_summary(home, "b", "2026-02-30")
    moments = [SLOT + number * 30 * MINUTE for number in range(8)]
    said = ["collected", "refused or doubtful", "waits"]
    assert sorted(logged(caplog, home, moments)) == said
    bad.write_text(bad.read_text().replace("2026-02-30", "2026-02-31"))
    assert logged(caplog, home, [SLOT + 5 * HOUR]) == ["refused or doubtful"]


def test_a_step_that_fails_is_said_at_growing_pauses_and_keeps_its_count_over_runs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = scheduled_home(tmp_path / "home")
    wake(home, SLOT - 2 * DAY)
    (home.root / "summaries").rmdir()
    moments = [SLOT - DAY + number * 5 * MINUTE for number in range(12 * 24)]
    events = logged(caplog, home, moments[:-1])
    assert set(events) == {"failed"}
    assert len(events) <= 8, "a day of cron"
    beat = read_heartbeat(home)
    assert beat is not None
    assert beat.failing["collect"].failures > 60
    assert not wake(home, moments[-1]).healthy
    (home.root / "summaries").mkdir()
    assert logged(caplog, home, [SLOT - 20 * MINUTE, SLOT - MINUTE]) == ["works again"]


def test_a_run_beside_another_clock_is_silent_and_well(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = scheduled_home(tmp_path / "home")
    other = Clock(home, now=lambda: SLOT - DAY, every=30)
    other.wake()
    caplog.clear()
    with caplog.at_level("INFO", logger="msnewsletter.clock"):
        beside = Clock(home, now=lambda: SLOT - DAY, every=None)
        beside.wake()
        beside.leave()
    said = [record.getMessage() for record in caplog.records]
    other.leave()
    assert said == []
    assert beside.healthy


def test_another_process_at_work_is_no_failure_until_it_hangs(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    home = scheduled_home(tmp_path / "home")
    wake(home, SLOT - DAY)
    write_summary(home, "a")
    with locked(home):
        assert logged(caplog, home, (SLOT + n * 5 * MINUTE for n in range(3))) == []
        said = logged(caplog, home, [SLOT + 16 * MINUTE])
    assert set(said) == {"failed"}
    assert "published" in logged(caplog, home, [SLOT + HOUR])


def test_a_person_at_a_terminal_waits_for_no_pause(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path / "home")
    wake(home, SLOT - DAY)
    (home.root / "summaries").rmdir()
    assert not wake(home, SLOT - HOUR).healthy
    (home.root / "summaries").mkdir()
    moment = SLOT - HOUR + timedelta(seconds=1)
    assert not wake(home, moment).healthy, "its pause is not over"
    clock = Clock(home, now=lambda: moment, every=None, patient=False)
    clock.wake()
    clock.leave()
    assert clock.healthy
