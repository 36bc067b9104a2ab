"""One preview: all that look at the next issue say the same of it, and then it goes out so.

For a person's publishing: `status`, `check`, `publish --dry-run`, the desk's question before
publishing now, and `publish`. For the schedule's: the desk, the notification, a test send, and what
the clock publishes.
"""

from __future__ import annotations

import email
import email.policy
import json
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from clock.clocks import at
from databases import start_anew
from fetching import page_source
from homes import (
    AT,
    FOLDER,
    command,
    empty_home,
    name_sources,
    sample_home,
    tree,
    write_summary,
)
from mailservers import mail_server
from msnewsletter.clock.heartbeat import Heartbeat, clock_state, write_heartbeat
from msnewsletter.clock.notices import notification_text
from msnewsletter.errors import RefusedError
from msnewsletter.home import Home
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_state import NEVER_RAN
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released, Waits
from msnewsletter.publisher.send_test import send_test
from msnewsletter.store import Notification
from msnewsletter.web.desk.context import status_of
from msnewsletter.web.desk.desk_words import with_dates
from msnewsletter.web.desk.live_preview import LivePreview, PreviewState
from msnewsletter.web.desk.next_issue.lists import lists_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from typing import Any

    from msnewsletter.publisher.next_issue_preview import NextIssuePreview

DAY = timedelta(days=1)
NOTE = "There were 14 people, not 140."


# ── homes ────────────────────────────────────────────────────────────────────────────────────────


def setting(home: Home, old: str, new: str) -> None:
    text = home.settings.read_text()
    assert old in text
    home.settings.write_text(text.replace(old, new))


def sent_before(home: Home) -> None:
    write_summary(home, "sent", "2026-11-10")
    publish(home, at=AT - 7 * DAY)


def corrected(home: Home) -> None:
    write_summary(home, "sent", "2026-11-10", status="corrected", note=NOTE)


def valid_again(home: Home) -> None:
    write_summary(home, "sent", "2026-11-10", status="withdrawn", note=NOTE)
    publish(home, at=AT - 6 * DAY)
    write_summary(home, "sent", "2026-11-10")


def edited(home: Home) -> None:
    path = write_summary(home, "sent", "2026-11-10")
    path.write_text(path.read_text().replace("Something about", "Some things about"))


def edited_badly(home: Home) -> None:
    path = write_summary(home, "sent", "2026-11-10")
    path.write_text(path.read_text().replace("The study was small.", "{{ caution }}"))


def three_new(home: Home) -> None:
    for key, day in (("walks", "2026-11-20"), ("sleep", "2026-11-21"), ("diet", "2026-11-19")):
        write_summary(home, key, day)


def held(home: Home) -> None:
    write_summary(home, "dated-later", "2026-12-24")
    path = write_summary(home, "no-cautions")
    path.write_text(path.read_text().partition("## Cautions")[0])


def refused(home: Home) -> None:
    write_summary(home, "bad-date", "2026-02-30")


def wishes(home: Home) -> None:
    home.records.mkdir(exist_ok=True)
    number = len(list(home.records.glob("*.json"))) + 1
    for key in ("pinned", "kept-back"):
        write_summary(home, key, "2026-11-15")
    (home.records / "next.md").write_text(
        f"---\nissue: {number}\nsubject: A week of sleep\npin: [pinned]\n"
        "hold:\n  kept-back: its author asked us to wait\n---\nThree studies in *one* week.\n"
    )


def blocking(home: Home) -> None:
    setting(home, 'why = "You get', 'why = "Lorem ipsum: you get')


def unreviewed(home: Home) -> None:
    setting(home, 'review = "none"', 'review = "required"')


def approved(home: Home) -> None:
    with suppress(RefusedError):  # nothing is new, nothing needs it, or it may not go out
        approve(home, by="Ada", at=AT - DAY)


def changed_since(home: Home) -> None:
    write_summary(home, "one-more", "2026-11-18")


# In the order in which they happen.
PARTS: dict[str, Callable[[Home], None]] = {
    "sent before": sent_before,
    "valid again": valid_again,
    "corrected": corrected,
    "edited": edited,
    "edited badly": edited_badly,
    "new": three_new,
    "held": held,
    "refused": refused,
    "wishes": wishes,
    "blocking": blocking,
    "review": unreviewed,
    "approved": approved,
    "changed since": changed_since,
}
LATE = "late"


def built(root: Path, parts: Collection[str]) -> Home:
    home = empty_home(root)
    # From a sandbox no test is sent, and elsewhere an example's addresses block.
    setting(home, "sandbox = true", "sandbox = true\nsamples = true")
    if LATE in parts:
        publish_due(home, at=AT - 8 * DAY)  # a clock has begun
    for name, happen in PARTS.items():
        if name in parts:
            happen(home)
    return home


def asked_at(parts: Collection[str]) -> datetime:
    """At the slot, or two days later, which is more than late_after allows."""
    return AT + 2 * DAY if LATE in parts else AT


# ── what is said ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody says of the next issue; None: of this they say nothing.

    `held` are lines of key, file and reason, `waits` is the reason or "".
    """

    number: int | None = None
    corrections: list[str] | None = None
    entries: list[str] | None = None
    held: list[str] | None = None
    refused: list[str] | None = None
    notes: list[str] | None = None
    edits: list[str] | None = None
    alarms: list[str] | None = None
    waits: str | None = None
    blocked: str | None = None

    def agrees(self, other: Told) -> None:
        """Fails where both say something, and not the same; or where the other says nothing."""
        said = {name: value for name, value in vars(other).items() if value is not None}
        assert said
        for name, theirs in said.items():
            if (value := getattr(self, name)) is not None:
                assert _with_dates(value) == _with_dates(theirs), name


def _with_dates(said: object) -> object:
    """Dates as the desk gives them, which has one form for them all."""
    return with_dates(said) if isinstance(said, str) else said


def of_preview(preview: NextIssuePreview) -> Told:
    """All of it; what others say is compared with this."""
    issue = preview.issue
    return Told(
        number=preview.number,
        corrections=[f"{one.news} {one.headline}" for one in issue.corrections] if issue else [],
        entries=[entry.summary.headline for entry in issue.entries] if issue else [],
        held=[str(one) for one in preview.draft.held],
        refused=[str(one) for one in preview.collected.refused],
        notes=[str(one) for one in preview.notes],
        edits=[f"{one.key} (issue {one.sent.issue}): {one.effect}" for one in preview.draft.edits],
        alarms=[str(one) for one in preview.alarms],
        waits=preview.waiting_reason or "",
        blocked="".join(f"{one.place}: {one.reason}" for one in preview.blocked[:1]),
    )


def of_status(home: Home, at: datetime) -> Told:
    done = command(home, "status", "--json", "--at", at.isoformat())
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    return Told(
        number=said["next_number"],
        corrections=[news_in(one) for one in said["corrections"]],
        entries=[one["headline"] for one in said["pending"]],
        held=[held_line(one) for one in said["held"]],
        refused=said["refused"],
        notes=said["notes"],
        edits=edits_in(said),
        alarms=said["alarms"],
    )


def news_in(correction: dict[str, Any]) -> str:
    """What people read of a correction that programs read."""
    status = correction["status"]
    return f"{'valid again' if status == 'live' else status} {correction['headline']}"


def edits_in(said: dict[str, Any]) -> list[str]:
    return [f"{one['key']} (issue {one['issue']}): {one['effect']}" for one in said["edits"]]


def slot_waits(home: Home, at: datetime) -> str:
    done = command(home, "status", "--json", "--at", at.isoformat())
    return json.loads(done.stdout)["schedule"]["waits"] or ""


def of_check(home: Home, at: datetime) -> Told:
    done = command(home, "check", "--json", "--at", at.isoformat())
    said = json.loads(done.stdout)
    first = [one for one in said["findings"] if one["severity"] == "block"][:1]
    assert bool(first) == said["blocked"]
    assert bool(first or said["alarms"]) == bool(done.returncode)
    return Told(
        number=said["issue"],
        held=[held_line(one) for one in said["held"]],
        refused=said["refused"],
        notes=said["notes"],
        edits=edits_in(said),
        alarms=said["alarms"],
        blocked="".join(f"{one['place']}: {one['reason']}" for one in first),
    )


def held_line(one: Mapping[str, str]) -> str:
    """A held summary of `status --json` or `check --json` as people read of it."""
    return f"{one['key']} ({one.get('location') or one['place']}): {one['reason']}"


def of_lines(text: str) -> Told:
    """What a person reads of an issue from `publish`, for a rehearsal or for good."""
    lines = text.splitlines()
    issue = [line for line in lines if line.startswith("Issue ") and "is published" not in line]
    told = [line.strip() for line in lines if ", first of all: " in line]
    return Told(
        number=int(issue[0].split()[1].rstrip(":")) if issue else None,
        corrections=[line.replace(", first of all:", "") for line in told],
        entries=[line[8:] for line in lines if line[:6].strip().isdigit()],
        held=[line.removeprefix("  held  ") for line in lines if line.startswith("  held  ")],
        edits=[line.removeprefix("  edited  ") for line in lines if line.startswith("  edited  ")],
        waits="".join(
            line.removeprefix("It would wait: ") for line in lines if "It would wait" in line
        ),
    )


def of_command(home: Home, at: datetime, *words: str) -> Told:
    done = command(home, "publish", *words, "--at", at.isoformat())
    if done.returncode and "NOT CORRECTED" not in done.stderr:
        [line] = done.stderr.splitlines()[-1:]
        return Told(blocked=line.removeprefix("msnewsletter: "))
    return of_lines(done.stdout)


def of_desk(preview: NextIssuePreview, state: PreviewState) -> Told:
    lists, status = lists_of(preview), status_of(state)
    assert (status.kind == "blocked") == bool(preview.blocked)
    return Told(
        corrections=[f"{row.badges[0]} {row.headline}" for row in lists.corrections],
        entries=[row.headline for row in lists.taken],
        held=[f"{row.key} ({row.location}): {row.why}" for row in lists.held],
        edits=[f"{row.key} (issue {row.issue}): {row.effect}" for row in lists.edits],
        waits=status.text.removeprefix("It waits: ").removesuffix(".")
        if status.kind == "waits"
        else None,
    )


def of_notice(preview: NextIssuePreview, event: Notification) -> Told:
    assert preview.schedule is not None
    assert preview.schedule.target is not None
    text = notification_text(preview, preview.schedule.target, event)
    if not preview.has_news:
        assert "Nothing is new" in text
        return Told(entries=[])
    lines = text.splitlines()
    waits = "".join(line for line in lines if " waits for a person: " in line)
    return Told(
        number=int(lines[0].split()[1].rstrip(",")) if preview.issue else None,
        corrections=[
            line.replace(line[line.index(",") : line.index(": ") + 1], "", 1)
            for line in lines
            if ", of issue" in line
        ],
        entries=[line[6:] for line in lines if line[:4].strip().isdigit()],
        held=[line.removeprefix("held  ") for line in lines if line.startswith("held  ")],
        edits=[line.removeprefix("edited  ") for line in lines if line.startswith("edited  ")],
        alarms=[
            line.removeprefix("NOT CORRECTED  ")
            for line in lines
            if line.startswith("NOT CORRECTED  ")
        ],
        waits=waits.partition(" waits for a person: ")[2].removesuffix(
            "; run 'msnewsletter approve'"
        )
        or None,
    )


def of_record(home: Home, number: int) -> Told:
    issue = json.loads(home.record(number).read_bytes())["issue"]
    return Told(
        number=issue["number"],
        corrections=[news_in(one) for one in issue.get("corrections", ())],
        entries=[one["summary"]["headline"] for one in issue["entries"]],
    )


def copied(home: Home, name: str) -> Home:
    return Home(Path(shutil.copytree(home.root, home.root.with_name(name))))


def folder_of(home: Home, number: int) -> dict[str, bytes]:
    files = tree(home.outbox / "new" / f"{number:04}")
    return {name.partition("/")[2]: data for name, data in files.items() if "manifest" not in name}


# ── the same of the same home ────────────────────────────────────────────────────────────────────


def by_hand_all_say_the_same(home: Home, at: datetime) -> None:
    preview = next_issue_preview(home, at=at, by_hand=True)
    told = of_preview(preview)
    told.agrees(of_status(home, at))
    told.agrees(of_check(home, at))
    rehearsal = of_command(home, at, "--dry-run")
    asked = LivePreview(home, now=lambda: at, clock=lambda: NEVER_RAN).at_once()
    told.agrees(of_preview(asked))

    release = copied(home, "by-hand")
    done = of_command(release, at)
    if told.blocked:
        assert rehearsal.blocked is not None
        assert rehearsal.blocked.startswith(told.blocked)
    else:
        told.agrees(rehearsal)
    if told.waits or told.blocked:
        assert done.blocked is not None
        # Where both keep it from going out, the approval is asked for first.
        name = (
            f"issue {preview.number:04}"
            if preview.issue
            else "the edits of summaries that were sent"
        )
        why = f"{name}: {told.waits};" if told.waits else told.blocked
        assert done.blocked.startswith(str(why))
        assert not release.record(preview.number).exists()
    else:
        told.agrees(done)
        assert release.record(preview.number).exists() == (preview.issue is not None)
    if release.record(preview.number).exists():
        told.agrees(of_record(release, preview.number))
        assert folder_of(release, preview.number) == dict(asked.files)


def by_clock_all_say_the_same(home: Home, at: datetime) -> None:
    state = LivePreview(home, now=lambda: at, clock=lambda: NEVER_RAN).shown
    preview = state.preview
    assert preview is not None
    told = of_preview(preview)
    told.agrees(of_desk(preview, state))
    assert slot_waits(home, at) == told.waits
    if preview.due_slot_waits:
        late = preview.schedule is not None and preview.schedule.late
        event = Notification.LATE if late else Notification.WAITS
        told.agrees(of_notice(next_issue_preview(home, at=at), event))
    if at == AT:
        # The draft that the editors got the day before, if nothing happened since.
        draft = of_preview(next_issue_preview(home, at=AT - DAY))
        draft.agrees(of_notice(next_issue_preview(home, at=AT - DAY), Notification.DRAFT))
        assert (draft.entries, draft.held) == (told.entries, told.held)

    release = copied(home, "by-clock")
    if told.blocked and not told.waits:
        with pytest.raises(RefusedError) as caught:
            publish_due(release, at=at)
        assert str(caught.value).startswith(told.blocked)
    else:
        done = publish_due(release, at=at)
        assert isinstance(done, Released | Waits | NothingNew)
        told.agrees(of_preview(done.preview))
        assert isinstance(done, Waits) == bool(told.waits)
        if isinstance(done, Waits):
            assert done.reason == told.waits
    if release.record(preview.number).exists():
        told.agrees(of_record(release, preview.number))
        assert folder_of(release, preview.number) == dict(preview.files)


def a_test_send_shows_the_same(home: Home, at: datetime) -> None:
    told = of_preview(next_issue_preview(home, at=at))
    trial = copied(home, "test-send")
    with mail_server() as box:
        smtp = f'\n[smtp]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n'
        text = trial.settings.read_text().replace("sandbox = true", "sandbox = false")
        trial.settings.write_text(text + smtp)
        if not (told.entries or told.corrections):
            with pytest.raises(RefusedError, match="nothing is new"):
                send_test(trial, ["editor@example.net"], at=at, seed="1")
            return
        sent = send_test(trial, ["editor@example.net"], at=at, seed="1")
    told.agrees(of_preview(sent.preview))
    [letter] = box.letters
    message = email.message_from_bytes(letter.message, policy=email.policy.default)
    part = message.get_body(("plain",))
    assert part is not None
    text = " ".join(part.get_content().split())
    corrections = sent.preview.issue.corrections if sent.preview.issue else ()
    shown = [one.headline for one in corrections] + (told.entries or [])
    places = [text.index(headline) for headline in shown]
    assert places == sorted(places)


def all_say_the_same(home: Home, at: datetime) -> None:
    by_hand_all_say_the_same(home, at)
    by_clock_all_say_the_same(home, at)
    a_test_send_shows_the_same(home, at)


HOMES: dict[str, set[str]] = {
    "nothing new": set(),
    "nothing new, and late": {LATE},
    "not approved": {"new", "review"},
    "approved": {"new", "review", "approved"},
    "changed since": {"new", "review", "approved", "changed since"},
    "a correction": {"sent before", "corrected", "new"},
    "a summary that is valid again": {"sent before", "valid again", "new"},
    "a correction alone, not approved": {"sent before", "corrected", "review"},
    "an edit": {"sent before", "edited", "new"},
    "an edit alone": {"sent before", "edited"},
    "an edit alone, not approved": {"sent before", "edited", "review"},
    "an edit alone, approved": {"sent before", "edited", "review", "approved"},
    "an edit that is kept back": {"sent before", "edited badly", "new"},
    "held and refused": {"new", "held", "refused"},
    "all held": {"held"},
    "a late slot": {"new", "held", LATE},
    "a late slot, not approved": {"new", "review", LATE},
    "pins and note": {"sent before", "new", "wishes"},
    "a finding that blocks": {"new", "blocking"},
}


@pytest.mark.parametrize("name", HOMES)
@pytest.mark.sqlite("each publishes in a copy of its own")
def test_all_say_the_same_of_the_same_home(tmp_path: Path, name: str) -> None:
    parts = HOMES[name]
    all_say_the_same(built(tmp_path / "home", parts), asked_at(parts))


@pytest.mark.sqlite("each publishes in a copy of its own")
def test_all_say_the_same_of_the_samples(tmp_path: Path) -> None:
    all_say_the_same(sample_home(tmp_path / "home"), AT)


@given(st.sets(st.sampled_from([*PARTS, LATE])))
@settings(max_examples=examples(4))
@pytest.mark.sqlite("each publishes in a copy of its own")
def test_all_say_the_same_whatever_comes_together(parts: set[str]) -> None:
    start_anew()
    with tempfile.TemporaryDirectory() as folder:
        all_say_the_same(built(Path(folder) / "home", parts), asked_at(parts))


@pytest.mark.parametrize(
    ("review", "then"), [('"none"', "goes out with it"), ('"required"', "waits for an approval")]
)
def test_desk_and_status_say_that_sources_are_asked_once_more(
    tmp_path: Path, review: str, then: str
) -> None:
    home = empty_home(tmp_path, review=review)
    write_summary(home, "a", "2099-01-01")
    beats(home, AT + DAY)
    said = [
        status_of(shown_of(home)).by_itself,
        command(home, "status", "--at", AT.isoformat()).stdout,
    ]
    assert not any("once more" in one for one in said), "a file is the editor's own"
    name_sources(home, page_source(), FOLDER)
    assert status_of(shown_of(home)).by_itself == (
        "Its sources are asked once more at the slot, "
        f"Monday, 30 November 2026, 08:00: what is new then {then}."
    )
    done = command(home, "status", "--at", (AT + DAY).isoformat())
    assert (
        "Sources are asked once more at Mon 2026-11-30 08:00 (Europe/Berlin), before the issue: "
        f"what is new {then}.\n"
    ) in done.stdout


NOTHING_BY_ITSELF = (
    "Nothing goes out from this home by itself until msnewsletter run is started: the clock"
)


def test_desk_status_and_doctor_say_the_same_of_the_clock(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    name_sources(home, page_source(), FOLDER)
    write_summary(home, "a")
    never, no_slot = (
        f"{NOTHING_BY_ITSELF} has never run here.",
        "so nothing goes out from this home by itself",
    )
    desk, line, state = said_of_clock(home)
    assert (desk, state) == (never, "never")
    by_hand = (
        f"Clock: it has never run here, {no_slot}: start 'msnewsletter run', or publish by hand"
    )
    assert line == by_hand
    publish(home, at=AT)
    write_summary(home, "b")
    assert said_of_clock(home) == (never, by_hand, "never")
    beats(home, AT + DAY)
    desk, line, state = said_of_clock(home)
    assert desk.startswith("It goes out at its slot, by msnewsletter run. Its sources are asked")
    assert line == "Clock: it is at work, last seen Tue 2026-11-24 08:00 (Europe/Berlin)"
    assert state == "at-work"
    for stopped, does in ((True, "was stopped"), (False, "is dead or hangs")):
        beats(home, AT, stopped=stopped)
        desk, line, state = said_of_clock(home)
        berlin = "23 November 2026, 08:00 (Europe/Berlin)"
        assert desk == f"{NOTHING_BY_ITSELF} {does}, last seen {berlin}."
        assert line.startswith(f"CLOCK: the clock {does}, last seen Mon 2026-11-23 08:00")
        assert state == ("stopped" if stopped else "silent")


def said_of_clock(home: Home) -> tuple[str, str, str]:
    """What the desk's first line says, what `status` says of the clock, and its JSON."""
    text, data = at(home, AT + DAY, "status").said, at(home, AT + DAY, "status", "--json").said
    state = json.loads(data)["clock_state"]["kind"]
    assert ("before the issue, by 'msnewsletter publish'" in text) == (state != "at-work")
    [line] = [one for one in text.splitlines() if one.lower().startswith("clock: ")]
    assert line.partition(": ")[2] in at(home, AT + DAY, "doctor", "--all").said
    return status_of(shown_of(home)).by_itself, line, state


def test_of_another_moment_nobody_says_that_the_clock_is_dead(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    beats(home, AT)
    later = at(home, AT, "status", "--at", (AT + DAY).isoformat()).said
    assert "Clock: it is at work, last seen Mon 2026-11-23 08:00 (Europe/Berlin)\n" in later
    assert "dead" in at(home, AT + DAY, "status").said


def test_an_open_page_hears_of_a_clock_that_stops_and_not_of_each_wake(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    live = LivePreview(home, now=lambda: AT, clock=lambda: clock_state(home, at=AT))
    beats(home, AT - timedelta(seconds=30))
    at_work = live.shown.version
    beats(home, AT)
    assert live.shown.version == at_work
    beats(home, AT, stopped=True)
    assert live.shown.version != at_work


def beats(home: Home, moment: datetime, *, stopped: bool = False) -> None:
    """Leave what the clock leaves at its wake, or when it was stopped."""
    write_heartbeat(home, Heartbeat(beat=moment, pid=1, every=30, stopped=stopped))


def shown_of(home: Home) -> PreviewState:
    """What the desk shows on the day after AT."""
    now = AT + DAY
    return LivePreview(home, now=lambda: now, clock=lambda: clock_state(home, at=now)).shown
