"""What goes into an issue, in what order, and what waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.decisions import Hold, Pin
from msnewsletter.home import packaged_home
from msnewsletter.issue.compose import Draft, compose
from msnewsletter.issue.holds import EarlierIssues
from msnewsletter.issue.order import newest_first
from msnewsletter.issue.pins_and_holds import NextIssue
from msnewsletter.issue.same_study import EarlierDuplicate, Mark, text_digest
from msnewsletter.model import Correction, HoldReason, Status, Summary
from msnewsletter.partial_date import PartialDate
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msnewsletter.model import Entry

BERLIN = ZoneInfo("Europe/Berlin")
MASTHEAD = load_settings(packaged_home() / "newsletter.toml").masthead()
CUTOFF = datetime(2026, 11, 23, 8, tzinfo=BERLIN)
LAST = EarlierIssues(number=4, cutoff=datetime(2026, 11, 16, 8, tzinfo=BERLIN))


def summary(key: str, published: str | None = "2026-11-20", **fields: Any) -> Summary:
    """A summary that is ready to go out, but for what `fields` change."""
    ready = Summary(
        key=key,
        headline=f"A study called {key}.",
        found="Something.",
        why_it_matters="Because.",
        cautions="A small study.",
        published=PartialDate.parse(published) if published else None,
        first_seen=CUTOFF - timedelta(hours=1),
        location=f"summaries/{key}.md",
    )
    return replace(ready, **fields)


def composed(
    *pending: Summary,
    past: EarlierIssues = LAST,
    start: date | None = None,
    pins: tuple[str, ...] = (),
    holds: tuple[str, ...] = (),
    corrections: tuple[Correction, ...] = (),
) -> Draft:
    return compose(
        pending,
        past=past,
        masthead=MASTHEAD,
        slot="s",
        cutoff=CUTOFF,
        start=start,
        wanted=NextIssue(
            place="issues/next.md",
            issue=past.number + 1,
            pins=tuple(Pin(key=key, place=f"issues/next.md:{n}") for n, key in enumerate(pins, 3)),
            holds=tuple(Hold(key=key, reason="the paper is disputed") for key in holds),
        ),
        corrections=corrections,
    )


CORRECTIONS = tuple(
    Correction(key=key, id=key, issue=number, headline=key, status=Status.CORRECTED, note="Why.")
    for number, key in ((1, "b"), (2, "a"), (2, "c"))
)


@given(st.permutations(CORRECTIONS))
def test_corrections_alone_make_an_issue_the_same_in_whatever_order_they_come(
    corrections: list[Correction],
) -> None:
    issue = composed(corrections=tuple(corrections)).issue
    assert issue
    assert issue.number == 5
    assert issue.entries == ()
    assert issue.corrections == CORRECTIONS


def test_what_was_taken_back_is_announced_first_then_what_is_in_doubt() -> None:
    said = [
        ("d", 1, Status.CORRECTED),
        ("c", 2, Status.CONCERN),
        ("b", 3, Status.RETRACTED),
        ("a", 4, Status.WITHDRAWN),
        ("e", 3, Status.TAKEN_DOWN),
    ]
    corrections = tuple(
        Correction(key=key, id=key, issue=number, headline=key, status=status, note="Why.")
        for key, number, status in said
    )
    issue = composed(corrections=corrections).issue
    assert issue
    assert [one.key for one in issue.corrections] == ["b", "e", "a", "c", "d"]


def keys(draft: Draft) -> list[str]:
    return [entry.summary.key for entry in draft.issue.entries] if draft.issue else []


def held(draft: Draft) -> dict[str, HoldReason]:
    return {one.summary.key: one.because for one in draft.held}


def test_newest_comes_first_and_the_key_decides_within_a_day() -> None:
    draft = composed(
        summary("b"), summary("older", "2026-11-18"), summary("a"), summary("new", "2026-11-21")
    )
    assert keys(draft) == ["new", "a", "b", "older"]
    assert draft.issue is not None
    assert [entry.position for entry in draft.issue.entries] == [1, 2, 3, 4]
    assert draft.issue.number == 5


def test_a_date_after_the_cutoff_is_held_and_says_until_when() -> None:
    draft = composed(summary("soon", "2026-11-24"), summary("now"))
    assert held(draft) == {"soon": HoldReason.DATED_LATER}
    assert "published 2026-11-24, after the cutoff 2026-11-23 08:00" in draft.held[0].reason


def test_a_bare_day_begins_at_midnight_in_the_newsletters_zone() -> None:
    assert keys(composed(summary("today", "2026-11-23"))) == ["today"]
    just_after = summary("instant", "2026-11-23T07:00:01Z")
    just_in_time = summary("in", "2026-11-23T07:00:00Z")
    assert keys(composed(just_after, just_in_time)) == ["in"]


def test_without_cautions_a_summary_is_held() -> None:
    draft = composed(summary("bold", cautions=" \n"))
    assert held(draft) == {"bold": HoldReason.NO_CAUTIONS}
    assert draft.issue is None


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"found": "Dear {{ name }}, it was found."}, "a placeholder is left: “Dear {{ name }}"),
        ({"headline": "{% if x %} A study."}, "a placeholder is left: “{% if x %}"),
        ({"teaser": "Lorem ipsum dolor."}, "a placeholder is left: “Lorem ipsum"),
        ({"journal": "%%JOURNAL%%"}, "a placeholder is left: “%%JOURNAL%%"),
        ({"reviewed_by": "A", "reviewed_on": date(2026, 11, 24)}, "checked on 2026-11-24, which"),
    ],
)
def test_a_draft_that_is_not_finished_is_held_and_the_others_go_out(
    fields: dict[str, Any], reason: str
) -> None:
    draft = composed(summary("good"), summary("draft", **fields))
    assert keys(draft) == ["good"]
    assert held(draft) == {"draft": HoldReason.UNFINISHED}
    assert reason in draft.held[0].reason


def test_what_may_be_a_word_in_earnest_holds_nothing() -> None:
    ready = summary("x", found="TK is an enzyme. {x} and %5% are signs.", reviewed_by="A")
    assert keys(composed(replace(ready, reviewed_on=date(2026, 11, 23)))) == ["x"]


def test_what_could_have_been_in_an_earlier_issue_is_included_and_marked_late() -> None:
    draft = composed(
        summary("fresh", "2026-11-17"),
        summary("same-day-as-the-last-issue", "2026-11-16"),
        summary("late", "2026-11-15"),
        summary("before-the-start", "1999-01-01"),
        start=date(2026, 10, 1),
    )
    assert draft.issue is not None
    late = {entry.summary.key: entry.late for entry in draft.issue.entries}
    assert late == {
        "fresh": False,
        "same-day-as-the-last-issue": False,
        "late": True,
        "before-the-start": True,
    }
    assert "added late" in draft.issue.entries[2].why


def test_the_first_issue_reaches_back_to_the_start_and_no_further() -> None:
    draft = composed(
        summary("on-the-day", "2026-10-01"),
        summary("archive", "2026-09-30"),
        past=EarlierIssues(),
        start=date(2026, 10, 1),
    )
    assert keys(draft) == ["on-the-day"]
    [(old, reason)] = draft.baseline
    assert old.key == "archive"
    assert "before the newsletter's start on 2026-10-01" in reason


def test_a_page_without_a_date_counts_as_published_when_first_seen_and_says_so() -> None:
    draft = composed(summary("undated", None))
    assert draft.issue is not None
    [entry] = draft.issue.entries
    assert entry.dated == CUTOFF - timedelta(hours=1)
    assert "first seen" in entry.why
    assert "gives no date" in entry.why


def test_the_same_study_twice_goes_out_once() -> None:
    newer = summary("newer", "2026-11-21", doi="10.1000/x")
    older = summary("older", "2026-11-20", doi="10.1000/x")
    draft = composed(newer, older)
    assert keys(draft) == ["newer"]
    assert held(draft) == {"older": HoldReason.SAME_STUDY}
    sent = replace(
        LAST,
        duplicates={(Mark.DOI, "10.1000/x"): EarlierDuplicate(key="long-ago", where="in issue 2")},
    )
    again = composed(newer, past=sent)
    assert held(again) == {"newer": HoldReason.SAME_STUDY}
    assert "'long-ago' in issue 2" in again.held[0].reason


def test_a_renamed_file_is_held_and_a_copy_beside_its_original_only_noted() -> None:
    copy = summary("copy")
    renamed = replace(
        LAST,
        duplicates={
            (Mark.TEXT, text_digest(copy)): EarlierDuplicate(
                key="o", where="in issue 2", gone="whose file is gone"
            )
        },
    )
    assert held(composed(copy, past=renamed)) == {"copy": HoldReason.SAME_STUDY}
    beside = replace(
        LAST,
        duplicates={(Mark.TEXT, text_digest(copy)): EarlierDuplicate(key="o", where="in issue 2")},
    )
    draft = composed(copy, past=beside)
    assert keys(draft) == ["copy"]
    assert "word for word" in draft.warned[0].text


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.RETRACTED])
def test_what_was_taken_back_before_it_was_sent_never_goes_out(status: Status) -> None:
    assert held(composed(summary("x", status=status, note="why"))) == {"x": HoldReason.NOT_LIVE}


def test_a_summary_whose_file_is_gone_is_held() -> None:
    past = replace(LAST, gone={"x": "summaries/x.md is gone"})
    assert held(composed(summary("x"), past=past)) == {"x": HoldReason.GONE}


def test_feeds_show_noon_of_a_bare_day_but_never_the_future() -> None:
    draft = composed(summary("today", "2026-11-23"), summary("earlier", "2026-11-20"))
    assert draft.issue is not None
    assert [entry.feed_date for entry in draft.issue.entries] == [
        CUTOFF.astimezone(UTC),
        datetime(2026, 11, 20, 12, tzinfo=BERLIN).astimezone(UTC),
    ]


DAYS = st.dates(date(2026, 11, 1), date(2026, 12, 1)).map(date.isoformat)
INSTANTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 1)).map(  # noqa: DTZ001
    lambda naive: naive.isoformat() + "+01:00"
)
SUMMARIES = st.lists(
    st.builds(
        summary,
        st.text(min_size=1, max_size=4),
        st.one_of(st.none(), DAYS, INSTANTS),
        cautions=st.sampled_from(["", "Small."]),
        doi=st.sampled_from([None, None, "10.1/a", "10.1/b"]),
        status=st.sampled_from(Status),
        note=st.just("a note"),
    ),
    unique_by=lambda one: one.key,
)


@given(SUMMARIES, st.randoms(), st.sampled_from([EarlierIssues(), LAST]))
def test_composing_loses_and_repeats_nothing_and_ignores_the_order_of_its_input(
    pending: list[Summary], random: Any, past: EarlierIssues
) -> None:
    draft = composed(*pending, past=past, start=date(2026, 11, 5))
    placed = [*keys(draft), *held(draft), *(old.key for old, _ in draft.baseline)]
    assert sorted(placed) == sorted(one.key for one in pending)
    shuffled = pending.copy()
    random.shuffle(shuffled)
    assert composed(*shuffled, past=past, start=date(2026, 11, 5)) == draft


@given(SUMMARIES)
def test_entries_are_in_date_order_and_never_dated_in_the_future(pending: list[Summary]) -> None:
    draft = composed(*pending)
    entries = draft.issue.entries if draft.issue else ()
    order = [(-entry.dated.timestamp(), entry.summary.key) for entry in entries]
    assert order == sorted(order)
    assert all(entry.dated <= CUTOFF and entry.feed_date <= CUTOFF for entry in entries)
    assert len({entry.id for entry in entries}) == len(entries)


# ── the editor's pins and holds ──────────────────────────────────────────────────────────────────


def said(draft: Draft) -> list[str]:
    return [str(warned) for warned in draft.warned]


def test_pins_come_first_in_their_own_order_and_the_rest_stays_by_date() -> None:
    pending = [
        summary(key, f"2026-11-{day}") for key, day in zip("abcd", range(18, 22), strict=True)
    ]
    draft = composed(*pending, pins=("b", "a"))
    assert keys(draft) == ["b", "a", "d", "c"]
    assert draft.issue is not None
    assert [entry.position for entry in draft.issue.entries] == [1, 2, 3, 4]
    pinned = [
        entry.why.startswith("pinned by the editor; published") for entry in draft.issue.entries
    ]
    assert pinned == [True, True, False, False]
    assert said(draft) == []


def test_a_pin_changes_the_place_of_an_entry_and_nothing_else_about_it() -> None:
    pending = [summary("new", "2026-11-21"), summary("old", "2026-11-15")]
    plain, pinned = composed(*pending), composed(*pending, pins=("old",))
    assert plain.issue is not None
    assert pinned.issue is not None
    before, after = plain.issue.entries[1], pinned.issue.entries[0]
    assert after.why == f"pinned by the editor; {before.why}"
    assert replace(after, position=2, why=before.why) == before


def test_what_the_editor_holds_waits_with_the_reason() -> None:
    draft = composed(summary("a"), summary("b"), holds=("a",))
    assert keys(draft) == ["b"]
    assert held(draft) == {"a": HoldReason.EDITOR}
    assert draft.held[0].reason == "held by the editor: the paper is disputed"


@pytest.mark.parametrize(
    "more",
    [{}, {"cautions": ""}, {"status": Status.WITHDRAWN, "note": "n"}, {"published": "2026-11-30"}],
)
def test_no_older_twin_goes_out_in_the_place_of_what_the_editor_holds(more: dict[str, Any]) -> None:
    newer = summary("newer", **{"published": "2026-11-21"} | more, doi="10.1000/x")
    older = [summary(f"older-{day}", f"2026-11-{day}", doi="10.1000/x") for day in (18, 19)]
    draft = composed(newer, *older, holds=("newer",))
    assert held(draft) == {
        "newer": HoldReason.EDITOR,
        "older-19": HoldReason.SAME_STUDY,
        "older-18": HoldReason.SAME_STUDY,
    }
    assert "'newer' which the editor holds" in draft.held[1].reason


@pytest.mark.parametrize("renamed", ["aaa", "zzz"])
def test_a_hold_follows_a_summary_whose_file_gets_another_name(renamed: str) -> None:
    text = {"headline": "The same.", "found": "The same."}
    past = replace(LAST, gone={"kept": "summaries/kept.md is gone"})
    draft = composed(summary("kept", **text), summary(renamed, **text), past=past, holds=("kept",))
    assert held(draft) == {"kept": HoldReason.EDITOR, renamed: HoldReason.SAME_STUDY}
    assert "word for word what 'kept' says, which the editor holds" in (
        next(one.reason for one in draft.held if one.summary.key == renamed)
    )
    released = composed(summary("kept", **text), summary(renamed, **text), past=past)
    assert keys(released) == [renamed]


def test_a_hold_of_a_twin_that_would_not_go_out_anyway_takes_nothing_away() -> None:
    newer = summary("newer", "2026-11-21", doi="10.1000/x")
    older = summary("older", "2026-11-20", doi="10.1000/x")
    oldest = summary("oldest", "2026-11-19", doi="10.1000/x")
    draft = composed(newer, older, oldest, holds=("older",))
    assert keys(draft) == ["newer"]
    assert held(draft) == {"older": HoldReason.EDITOR, "oldest": HoldReason.SAME_STUDY}
    assert "'newer' in this issue" in draft.held[1].reason


def in_feed(entries: Iterable[Entry]) -> list[Entry]:
    return newest_first(entries, entry=lambda entry: entry)


def test_feeds_are_ordered_by_the_dates_they_show() -> None:
    draft = composed(
        summary("morning", "2026-11-20T09:00:00+01:00"),
        summary("day", "2026-11-20"),  # shown as noon, and dated to midnight
        summary("evening", "2026-11-20T18:00:00+01:00"),
        summary("last", "2026-11-23"),  # shown as the cutoff
        summary("before", "2026-11-23T07:30:00+01:00"),
        summary("a-day", "2026-11-20"),
    )
    assert keys(draft) == ["before", "last", "evening", "morning", "a-day", "day"]
    assert draft.issue
    in_order = [entry.summary.key for entry in in_feed(draft.issue.entries)]
    assert in_order == ["last", "before", "evening", "a-day", "day", "morning"]


def test_a_pin_without_effect_is_said_with_its_line() -> None:
    draft = composed(
        summary("out"),
        summary("later", "2026-12-01"),
        summary("kept"),
        summary("archive", "2026-09-01"),
        past=EarlierIssues(),
        start=date(2026, 10, 1),
        pins=("later", "kept", "archive", "out", "out"),
        holds=("kept",),
    )
    assert keys(draft) == ["out"]
    later, kept, archive, twice = said(draft)
    assert later.startswith("issues/next.md:3: the pin of 'later' has no effect: it is held: publi")
    assert kept.startswith("issues/next.md:4: the pin of 'kept' has no effect: it is held: held by")
    assert archive.startswith("issues/next.md:5: the pin of 'archive' has no effect: it was publi")
    assert twice == "issues/next.md:7: 'out' is pinned twice: its first place counts; remove one"


def test_wishes_for_what_is_not_pending_have_no_effect_here() -> None:
    assert composed(summary("a"), pins=("nobody",), holds=("no-one",)) == composed(summary("a"))


# Some wishes meet summaries, some meet nothing, some meet each other.
KEYS = st.sampled_from(["a", "b", "c", "d", "0", "nobody"])
WISHED = st.lists(
    st.builds(
        summary,
        KEYS,
        st.one_of(st.none(), DAYS, INSTANTS),
        headline=st.sampled_from(["One.", "Another."]),
        cautions=st.sampled_from(["", "Small.", "Small."]),
        doi=st.sampled_from([None, None, "10.1/a", "10.1/b"]),
        status=st.sampled_from([Status.LIVE, Status.LIVE, Status.RETRACTED]),
        note=st.just("a note"),
    ),
    unique_by=lambda one: one.key,
)
PASTS = st.sampled_from(
    [
        EarlierIssues(),
        LAST,
        replace(
            LAST,
            gone={"a": "gone"},
            duplicates={(Mark.DOI, "10.1/b"): EarlierDuplicate(key="o", where="in 2")},
        ),
    ]
)


def test_a_hold_keeps_back_whoever_shares_a_doi_with_what_says_the_same() -> None:
    pending = [
        summary("a", "2026-11-05", headline="Another.", doi="10.1/a"),
        summary("b", None, headline="One.", doi="10.1/a"),
        summary("c", None, headline="One."),
    ]
    start = date(2026, 11, 5)
    assert keys(composed(*pending, start=start)) == ["b", "c"]
    wished = composed(*pending, start=start, holds=("c",))
    assert keys(wished) == []
    [of_a] = [one.reason for one in wished.held if one.summary.key == "a"]
    assert of_a.startswith("DOI 10.1/a is also that of 'b' which says what the editor holds")


@given(WISHED, st.lists(KEYS), st.lists(KEYS, unique=True), PASTS, st.randoms())
def test_whatever_is_pinned_and_held_nothing_is_lost_repeated_or_let_in(
    pending: list[Summary], pins: list[str], holds: list[str], past: EarlierIssues, random: Any
) -> None:
    def draft(*wishes: tuple[str, ...], shuffled: bool = False) -> Draft:
        given_ = random.sample(pending, len(pending)) if shuffled else pending
        return composed(
            *given_, past=past, start=date(2026, 11, 5), pins=wishes[0], holds=wishes[1]
        )

    wished = draft(tuple(pins), tuple(holds))
    placed = [*keys(wished), *held(wished), *(old.key for old, _ in wished.baseline)]
    assert sorted(placed) == sorted(one.key for one in pending)
    assert draft(tuple(pins), tuple(holds), shuffled=True) == wished

    unpinned = draft((), tuple(holds))
    assert sorted(keys(unpinned)) == sorted(keys(wished)), "a pin lets nobody in or out"
    assert held(unpinned) == held(wished)
    first = [key for key in dict.fromkeys(pins) if key in keys(wished)]
    assert keys(wished) == first + [key for key in keys(unpinned) if key not in first]

    free = draft((), ())
    assert set(keys(wished)) <= set(keys(free)) - set(holds), "a hold lets nobody in"
    assert free.baseline == wished.baseline
    entries = wished.issue.entries if wished.issue else ()
    unmoved = unpinned.issue.entries if unpinned.issue else ()
    in_feeds = [entry.summary.key for entry in in_feed(entries)]
    assert in_feeds == [entry.summary.key for entry in in_feed(unmoved)], "feeds know no pins"


def test_a_conflict_copy_is_held_and_names_its_original() -> None:
    copy = summary("gut-copy", location="summaries/gut (conflicted copy 2026-11-21).md")
    draft = composed(summary("gut"), copy)
    assert draft.issue is not None
    assert [entry.summary.key for entry in draft.issue.entries] == ["gut"]
    [one] = draft.held
    assert one.because is HoldReason.CONFLICT_COPY
    assert "a conflict copy of summaries/gut.md" in one.reason


@pytest.mark.parametrize("field", ["headline", "found", "why_it_matters", "cautions", "journal"])
def test_what_no_finished_text_holds_holds_its_summary_alone(field: str) -> None:
    draft = composed(summary("fine"), summary("left", **{field: "It rose [oaicite:0]."}))
    assert held(draft) == {"left": HoldReason.UNFINISHED}
    assert draft.issue is not None
    assert [entry.summary.key for entry in draft.issue.entries] == ["fine"]


# ── what an entry says of itself ─────────────────────────────────────────────────────────────────


def entry_of(draft: Draft) -> Entry:
    assert draft.issue
    [entry] = draft.issue.entries
    return entry


def test_an_entry_has_its_teaser_its_date_and_the_reason_why_it_is_here() -> None:
    entry = entry_of(composed(summary("a")))
    assert entry.teaser == "Something."
    assert entry.dated == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert entry.feed_date == datetime(2026, 11, 20, 11, tzinfo=UTC)
    assert entry.dated.tzinfo is entry.feed_date.tzinfo is UTC
    assert entry.why == (
        "published 2026-11-20, not after the cutoff 2026-11-23 08:00 (Europe/Berlin); "
        "in no earlier issue"
    )


def test_a_late_entry_names_the_issue_that_it_could_have_been_in() -> None:
    entry = entry_of(composed(summary("a", "2026-11-14")))
    assert entry.late
    assert entry.why == (
        "published 2026-11-14, not after the cutoff 2026-11-23 08:00 (Europe/Berlin); from before "
        "issue 4 (cutoff 2026-11-16 08:00 (Europe/Berlin)) but in no issue yet, so readers see "
        "that it was added late; if its date is wrong, correct 'published'"
    )


def test_nothing_is_late_for_the_first_issue_nor_without_a_date() -> None:
    assert not entry_of(composed(summary("a", "2026-11-01"), past=EarlierIssues())).late
    assert not entry_of(composed(summary("a", None))).late


@pytest.mark.parametrize(
    ("published", "late"),
    [
        ("2026-11-16T07:00:00Z", True),  # the very moment of the last cutoff
        ("2026-11-16T07:00:01Z", False),
        ("2026-11-15", True),
        ("2026-11-16", False),  # it had not passed
    ],
)
def test_what_had_passed_at_the_last_cutoff_is_late(published: str, *, late: bool) -> None:
    assert entry_of(composed(summary("a", published))).late is late


def test_a_day_is_late_by_the_end_that_it_has_in_the_newsletter_s_zone() -> None:
    last = EarlierIssues(number=4, cutoff=datetime(2026, 11, 16, 0, tzinfo=BERLIN))
    assert entry_of(composed(summary("a", "2026-11-15"), past=last)).late


@pytest.mark.parametrize(("published", "kept"), [("T22:59:59Z", False), ("T23:00:00Z", True)])
def test_the_start_is_a_day_of_the_newsletter_s_zone(published: str, *, kept: bool) -> None:
    draft = composed(
        summary("a", f"2026-10-31{published}"), past=EarlierIssues(), start=date(2026, 11, 1)
    )
    assert (keys(draft) == ["a"]) is kept
    assert [one.key for one, _ in draft.baseline] == ([] if kept else ["a"])


def test_the_cutoff_of_an_issue_is_kept_in_utc() -> None:
    issue = composed(summary("a")).issue
    assert issue
    assert issue.cutoff.tzinfo is UTC


def test_the_note_about_a_repeated_text_names_its_file() -> None:
    draft = composed(summary("a", doi=None), summary("b", headline="A study called a."))
    assert [note.place for note in draft.warned] == ["summaries/a.md"] or [
        note.place for note in draft.warned
    ] == ["summaries/b.md"]


def test_an_issue_is_as_the_editor_asked_under_the_name_of_its_slot() -> None:
    wanted = NextIssue(
        place="issues/next.md", issue=5, note="A note.", subject="Quiet", question="Why?"
    )
    told = {"past": LAST, "slot": "s", "cutoff": CUTOFF, "start": None}
    asked = compose([summary("a")], masthead=MASTHEAD, wanted=wanted, **told).issue
    assert asked
    assert (asked.slot, asked.note, asked.subject) == ("s", "A note.", "Quiet")
    assert asked.masthead == replace(MASTHEAD, question="Why?")
    usual = replace(MASTHEAD, question="What next?")
    quiet = replace(wanted, question=None)
    issue = compose([summary("a")], masthead=usual, wanted=quiet, **told).issue
    assert issue
    assert issue.masthead == usual
