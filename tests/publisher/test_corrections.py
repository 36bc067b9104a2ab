"""What was sent and then corrected or taken back is told once, in the next issue, first of all."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import examples
from databases import lose_database, on_both
from homes import AT, command, copy_of, empty_home, published_tree, write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.model import HoldReason
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.collect import collect, collect_now, plan_collect
from msnewsletter.publisher.draft import draft
from msnewsletter.publisher.preview import rehearse
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.schedule_state import Trigger
from msnewsletter.publisher.session import Session, Step
from msnewsletter.records import Record, dump_record, load_record
from msnewsletter.settings import load_settings
from msnewsletter.store import NamedBy, NewSlot, open_store
from msnewsletter.store.location import DatabaseLocation
from publisher.site.test_write import files, walked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.issue.compose import Draft
    from msnewsletter.model import Correction, Issue
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.store import Store

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NOTE = "We wrote 140 people. There were 14."


def issue_1_out(root: Path) -> Home:
    """Issue 1 is out, with the summaries a and b."""
    home = empty_home(root)
    for key in ("a", "b"):
        write_summary(home, key)
    publish(home, at=AT)
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(issue_1_out, tmp_path)


def correct(home: Home, key: str = "a", status: str = "corrected", note: str = NOTE) -> None:
    write_summary(home, key, status=status, note=json.dumps(note))


def issue(home: Home, number: int) -> Issue:
    data = home.record(number).read_bytes()
    return load_record(data, place="issues", number=number).issue


def issues(home: Home) -> list[Issue]:
    return [issue(home, int(path.stem)) for path in sorted(home.records.glob("*.json"))]


def told(home: Home) -> list[Correction]:
    return [one for each in issues(home) for one in each.corrections]


def text_of(home: Home, number: int) -> str:
    text = (home.outbox / "new" / f"{number:04}" / "digest.txt").read_text()
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("status", "label"),
    [
        ("corrected", "Correction to issue 1"),
        ("withdrawn", "Withdrawn from issue 1"),
        ("retracted", "Retracted study in issue 1"),
    ],
)
def test_it_goes_out_first_in_the_next_issue_and_never_again(
    home: Home, status: str, label: str
) -> None:
    correct(home, status=status)
    write_summary(home, "new")
    publish(home, at=AT + HOUR)
    text = text_of(home, 2)
    assert label in text
    assert text.index("“What we know of a.”") < text.index("What we know of new.")
    assert text.index(NOTE) < text.index("What we know of new.")
    for turn in range(2, 5):
        write_summary(home, f"new-{turn}")
        publish(home, at=AT + turn * HOUR)
    assert [(one.key, one.issue, one.status) for one in told(home)] == [("a", 1, status)]


def test_corrections_alone_make_an_issue_and_then_nothing_is_new(home: Home) -> None:
    correct(home)
    done = publish(home, at=AT + HOUR)
    assert done.preview.draft
    assert done.preview.draft.issue
    assert done.preview.draft.issue.entries == ()
    assert "1 correction," in (home.outbox / "new" / "0002" / "digest.eml").read_text()
    again = publish(home, at=AT + 2 * HOUR)
    assert again.preview.draft
    assert again.preview.draft.issue is None
    assert not home.record(3).exists()


def test_what_was_saved_by_collect_days_before_is_told_as_well(home: Home) -> None:
    correct(home)
    collect_now(home, at=AT + HOUR)
    publish(home, at=AT + DAY)
    assert [one.key for one in told(home)] == ["a"]


def test_another_note_is_told_again_and_the_last_word_counts(home: Home) -> None:
    for turn, note in enumerate(("One.", "Two.", "Two.", "Three."), start=1):
        correct(home, note=note)
        publish(home, at=AT + turn * HOUR)
    assert [one.note for one in told(home)] == ["One.", "Two.", "Three."]


def test_what_was_mended_before_the_next_issue_is_not_told(home: Home) -> None:
    correct(home)
    collect_now(home, at=AT + HOUR)
    write_summary(home, "a")
    publish(home, at=AT + DAY)
    assert told(home) == []


def test_a_mended_spelling_and_what_was_sent_as_corrected_are_no_news(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    correct(home)
    slip = write_summary(home, "slip")
    publish(home, at=AT)
    slip.write_text(slip.read_text().replace("Something", "Some thing"))
    (home.root / "summaries" / "a.md").touch()
    publish(home, at=AT + HOUR)
    assert len(issues(home)) == 1


def test_what_was_withdrawn_before_it_was_ever_sent_stays_held(home: Home) -> None:
    correct(home, "never", status="withdrawn")
    draft = publish(home, at=AT + HOUR).preview.draft
    assert draft
    assert draft.issue is None
    assert [one.because for one in draft.held] == [HoldReason.NOT_LIVE]


def test_what_was_never_mailed_because_it_is_too_old_is_not_corrected_by_mail(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path, start="2026-11-01")
    write_summary(home, "a")
    write_summary(home, "old", published="2026-01-01")
    publish(home, at=AT)
    write_summary(home, "old", published="2026-01-01", status="withdrawn", note="Wrong.")
    publish(home, at=AT + HOUR)
    assert len(issues(home)) == 1


@on_both
def test_a_database_rebuilt_from_the_records_repeats_none_and_forgets_none(home: Home) -> None:
    correct(home, "a")
    publish(home, at=AT + HOUR)
    correct(home, "b", status="withdrawn")
    lose_database(home)
    publish(home, at=AT + 2 * HOUR)
    lose_database(home)
    publish(home, at=AT + 3 * HOUR)
    assert [(one.key, one.note) for one in told(home)] == [("a", NOTE), ("b", NOTE)]
    assert len(issues(home)) == 3


@pytest.mark.parametrize("step", Step)
def test_a_crash_at_any_step_neither_loses_nor_doubles_one(home: Home, step: Step) -> None:
    class Crash(Exception):  # noqa: N818  (it stands for a power cut)
        pass

    def reached(now: Step) -> None:
        if now is step:
            raise Crash

    correct(home)
    with pytest.raises(Crash):
        publish(home, at=AT + HOUR, reached=reached)
    publish(home, at=AT + DAY)
    publish(home, at=AT + 2 * DAY)
    assert [one.key for one in told(home)] == ["a"]
    assert len(list((home.outbox / "new").iterdir())) == 2


def test_one_that_comes_after_the_approval_withdraws_it(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write_summary(home, "a")
    publish_due(home, at=AT - 2 * DAY)  # the clock has begun
    approve(home, by="Ada", at=AT - HOUR)
    publish(home, at=AT)
    write_summary(home, "new")
    approve(home, by="Ada", at=AT + HOUR)
    correct(home)
    with pytest.raises(RefusedError, match="it has changed since Ada approved it"):
        publish(home, at=AT + 2 * HOUR)
    approve(home, by="Ada", at=AT + 2 * HOUR)
    publish(home, at=AT + 3 * HOUR)
    assert [one.key for one in told(home)] == ["a"]


def test_a_template_that_leaves_it_out_keeps_the_issue_in(home: Home) -> None:
    (home.root / "templates" / "digest").mkdir(parents=True)
    (home.root / "templates" / "digest" / "corrections.txt.j2").write_text("")
    correct(home)
    with pytest.raises(RefusedError, match=r"digest\.txt: it does not say what became of"):
        publish(home, at=AT + HOUR)
    shutil.rmtree(home.root / "templates")
    publish(home, at=AT + 2 * HOUR)
    assert [one.key for one in told(home)] == ["a"]


# ── what editors see ─────────────────────────────────────────────────────────────────────────


def test_a_rehearsal_shows_it_and_changes_nothing(home: Home) -> None:
    correct(home)
    before = published_tree(home)
    draft = rehearse(home, at=AT + HOUR).draft
    assert draft
    assert draft.issue
    assert [one.key for one in draft.issue.corrections] == ["a"]
    assert published_tree(home) == before


def said_of_check(home: Home, at: datetime) -> list[str]:
    said = command(home, "check", "--at", at.isoformat()).stdout.splitlines()
    # What is wrong, and below it what to do.
    return [line + after for line, after in pairwise(said) if "word for word what was sent" in line]


def test_a_note_alone_that_says_a_text_was_corrected_is_pointed_out(home: Home) -> None:
    correct(home)
    (line,) = said_of_check(home, AT + HOUR)
    assert "summaries/a.md: it says that it was corrected" in line
    assert "correct the text itself; both go out together" in line


@pytest.mark.parametrize(
    ("old", "new"), [("Something about a", "Little about a"), ("# What we", "# All we")]
)
def test_a_correction_with_a_text_that_was_corrected_is_not(home: Home, old: str, new: str) -> None:
    correct(home)
    path = home.root / "summaries/a.md"
    path.write_text(path.read_text().replace(old, new))
    assert said_of_check(home, AT + HOUR) == []
    publish(home, at=AT + HOUR)
    assert said_of_check(home, AT + 2 * HOUR) == []
    path.write_text(path.read_text().replace("140", "150"))  # another note of the same correction
    assert said_of_check(home, AT + 2 * HOUR) == []
    path.write_text(path.read_text().replace(new, old))  # taken back: that is a change as well
    assert said_of_check(home, AT + 2 * HOUR) == []


def test_a_second_note_on_a_text_that_was_never_another_is_pointed_out_again(home: Home) -> None:
    correct(home)
    publish(home, at=AT + HOUR)
    path = home.root / "summaries/a.md"
    path.write_text(path.read_text().replace("140", "150"))
    assert len(said_of_check(home, AT + 2 * HOUR)) == 1


def test_a_doubt_and_a_withdrawal_ask_for_no_other_text(home: Home) -> None:
    correct(home, "a", "withdrawn")
    correct(home, "b", "expression of concern")
    assert said_of_check(home, AT + HOUR) == []


def test_status_dry_run_and_check_say_which_and_why(home: Home) -> None:
    correct(home)
    at = ("--at", (AT + HOUR).isoformat())
    why = "corrected after issue 1 carried it; not announced yet"
    for words in (("status",), ("publish", "--dry-run")):
        done = command(home, *words, *at)
        assert done.returncode == 0, done.stderr
        assert "Issue 2: 1 correction\n" in done.stdout
        assert "corrected, first of all: What we know of a." in done.stdout
        assert why in done.stdout
        assert "NOTHING NEW" not in done.stdout
    (one,) = json.loads(command(home, "status", "--json", *at).stdout)["corrections"]
    assert one == {
        "key": "a",
        "headline": "What we know of a.",
        "issue": 1,
        "status": "corrected",
        "note": NOTE,
        "why": why,
    }
    checked = json.loads(command(home, "check", "--json", *at).stdout)
    assert (checked["issue"], checked["entries"], checked["corrections"]) == (2, 0, 1)
    assert not checked["blocked"]


def test_status_counts_what_the_last_issue_held(home: Home) -> None:
    correct(home)
    publish(home, at=AT + HOUR)
    done = command(home, "status", "--at", (AT + 2 * HOUR).isoformat())
    assert "Last issue: 2, 1 correction, slot " in done.stdout
    last = json.loads(command(home, "status", "--json").stdout)["last_issue"]
    assert (last["entries"], last["corrections"]) == (0, 1)


# ── the site ─────────────────────────────────────────────────────────────────────────────────


def test_an_issue_of_corrections_alone_has_its_page_and_breaks_no_way_back(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    for number in range(3):
        for one in range(25):
            write_summary(home, f"s-{number}-{one}")
        publish(home, at=AT + 2 * number * HOUR)
        correct(home, f"s-{number}-0")
        publish(home, at=AT + (2 * number + 1) * HOUR)
    assert len(issues(home)) == 6
    for name in ("atom.xml", "rss.xml", "full/atom.xml"):
        ids = [id_ for document in walked(home, name) for id_ in document]
        assert len(set(ids)) == 75
    page = (home.site / "issues/0006.html").read_text()
    assert "Correction to issue 5 of 23 November 2026" in page
    (summary,) = home.site.glob("summaries/s-2-0-*")
    assert f"../summaries/{summary.name}" in page
    assert NOTE in summary.read_text()
    assert "issues/0006.html" in (home.site / "sitemaps/0001.xml").read_text()
    feed = json.loads((home.site / "issues/feed.json").read_bytes())
    assert feed["items"][0]["summary"] == "1 correction to an earlier issue"


def test_a_lost_site_comes_back_the_same_with_its_corrections(home: Home) -> None:
    correct(home)
    publish(home, at=AT + HOUR)
    write_summary(home, "new")
    publish(home, at=AT + 2 * HOUR)
    before = files(home)
    shutil.rmtree(home.site)
    publish(home, at=AT + 3 * HOUR)
    assert files(home) == before


# ── the rule ─────────────────────────────────────────────────────────────────────────────────

TURNS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "late"]),
        st.sampled_from(["live", "corrected", "withdrawn", "retracted"]),
        st.sampled_from(["One.", "Two."]),
        st.sampled_from(["", "collect", "publish", "publish", "lose"]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture(scope="module")
def blank() -> Iterator[Store]:
    """A database as it begins: a copy of it is quicker than the migrations."""
    with open_store(DatabaseLocation(shown="memory")) as store:
        yield store


class Desk:
    """A newsletter from collecting to T1, without what follows: quick enough for many turns."""

    def __init__(self, home: Home, blank: Store) -> None:
        self.home = home
        self.settings = load_settings(home.settings)
        self.blank = blank
        self.store = blank.copy()
        self.records: list[Record] = []

    def collect(self, at: datetime) -> Collected:
        return collect(self.session(at))

    def session(self, at: datetime) -> Session:
        return Session(home=self.home, settings=self.settings, store=self.store, now=at)

    def draft(self, at: datetime, collected: Collected) -> Draft:
        trigger = Trigger(name=at.isoformat(), instant=at, by_hand=True)
        return draft(self.session(at), collected, trigger)

    def publish(self, at: datetime) -> tuple[Correction, ...]:
        """What the next issue tells, saved or only planned."""
        planned = self.draft(at, plan_collect(self.session(at)))
        drafted = self.draft(at, self.collect(at))
        name = at.isoformat()
        slot = NewSlot(name=name, instant=at, named_by=NamedBy.PERSON)
        self.store.select(drafted, slot)
        if drafted.issue is None:
            assert planned.issue is None
            return ()
        assert planned.issue
        assert planned.issue.corrections == drafted.issue.corrections
        number = drafted.issue.number
        self.store.complete(number)
        self.records.append(Record(instant=at, issue=self.store.issue(number)))
        return drafted.issue.corrections

    def lose_database(self) -> None:
        self.store.close()
        self.store = self.blank.copy()
        for record in self.records:
            read = load_record(dump_record(record), place="issues", number=record.issue.number)
            self.store.restore(read, manifest="{}")


def is_news(now: str, known: str) -> bool:
    """Readers need not hear that a corrected text is good without its note."""
    return now != "live" or known in {"withdrawn", "retracted"}


@settings(max_examples=examples(25, exploring=1_200))
@given(TURNS)
def test_readers_are_told_each_change_of_what_they_know_exactly_once(
    tmp_path_factory: pytest.TempPathFactory,
    blank: Store,
    turns: list[tuple[str, str, str, str]],
) -> None:
    desk = Desk(empty_home(tmp_path_factory.mktemp("told")), blank)
    now: dict[str, tuple[str, str | None]] = {}
    known: dict[str, tuple[str, str | None]] = {}
    start = [(key, "live", "", "") for key in ("a", "b")]
    for turn, (key, status, note, then) in enumerate([*start, *turns, turns[-1]], start=1):
        at = AT + turn * HOUR
        now[key] = (status, None if status == "live" else note)
        fields = {} if status == "live" else {"status": status, "note": note}
        write_summary(desk.home, key, **fields)
        if then == "collect":
            desk.collect(at)
        if then == "lose":
            desk.lose_database()
        if then not in {"publish", "lose"}:
            continue
        news = {
            one: fate
            for one, fate in now.items()
            if one in known and fate != known[one] and is_news(fate[0], known[one][0])
        }
        found = desk.publish(at)
        assert len(found) == len(news)
        assert {one.key: (one.status, one.note) for one in found} == news
        # What is sent for the first time is sent as it is; withdrawn, it is not sent at all.
        sent = {one: fate for one, fate in now.items() if fate[0] in {"live", "corrected"}}
        known = sent | known | news
