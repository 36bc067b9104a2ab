"""A list is merged: the same again changes nothing, and a dry run says what would be."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from databases import on_both, start_anew
from homes import empty_home
from msnewsletter.errors import RefusedError, SourceError
from msnewsletter.publisher.subscribing.by_hand import enter, forget, suppress, take_off
from msnewsletter.publisher.subscribing.list_export import exported_list
from msnewsletter.publisher.subscribing.list_import import LineResult, ListOrder, import_list
from msnewsletter.publisher.subscribing.opened import reading_subscribers, working_subscribers
from msnewsletter.store.subscribers.list_queries import ListedChange
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.listed_subscriber import ListStanding
from msnewsletter.subscribers.subscriber import (
    Consent,
    ConsentWay,
    SubscribedEdition,
    SubscriberState,
)

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
HEAD = "address,state,since\n"
LOW = SubscribedEdition.LOW_ENERGY


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    return empty_home(tmp_path / "home")


def imported(home: Home, text: str, **more: Any) -> list[LineResult]:
    file = home.root / "list.csv"
    file.write_text(text)
    results: list[LineResult] = []
    order = ListOrder(file=file, **({"consent": "Yes."} | more))
    import_list(home, order, at=NOW, say=results.append)
    return results


def outcomes(home: Home, text: str, **more: Any) -> list[str]:
    return [one.outcome for one in imported(home, text, **more)]


def on_the_books(home: Home) -> dict[str, str]:
    with reading_subscribers(home) as store:
        return {one.address.key: one.state for one in store.subscribers()}


@on_both
def test_a_list_is_merged_once_and_the_same_again_changes_nothing(home: Home) -> None:
    text = HEAD + (
        "a@b.org,confirmed,2020-01-01\n"
        "c@d.org,pending,\n"
        "e@f.org,unsubscribed,2021-01-01\n"
        "g@h.org,suppressed,\n"
        "nobody,confirmed,\n"
    )
    assert outcomes(home, text) == [*["added"] * 4, "no valid address"]
    with reading_subscribers(home) as store:
        before = list(store.subscribers())
        consents = store.newest_consents([one.id for one in before])
        [consent] = consents.values()
    assert (consent.at, consent.way, consent.words) == (
        datetime(2020, 1, 1, tzinfo=UTC),
        ConsentWay.IMPORT,
        "Yes.",
    )
    assert before[2].since == datetime(2021, 1, 1, tzinfo=UTC)
    assert before[1].since == before[0].created == NOW
    assert len({one.handle for one in before}) == 4
    assert outcomes(home, text) == [*["unchanged"] * 4, "no valid address"]
    with reading_subscribers(home) as store:
        assert list(store.subscribers()) == before
        assert store.consents(before[0].id) == [consent]


@on_both
def test_nobody_who_left_bounced_was_suppressed_or_forgotten_comes_back(home: Home) -> None:
    left, never, gone, asked = (parse_address(f"{n}@b.org") for n in ("a", "b", "c", "d"))
    with working_subscribers(home) as store:
        enter(store, left, at=NOW, consent="Yes.", edition=None)
        take_off(store, left, at=NOW)
        suppress(store, never, at=NOW)
        enter(store, gone, at=NOW, consent="Yes.", edition=None)
        forget(store, gone, at=NOW)
        enter(store, asked, at=NOW, consent=None, edition=None)
    text = HEAD + "A@b.org,confirmed,\nb@b.org,confirmed,\nc@B.org,confirmed,\nd@b.org,confirmed,\n"
    assert outcomes(home, text) == ["not brought back"] * 2 + ["forgotten", "confirmed"]
    assert on_the_books(home) == {
        "a@b.org": "unsubscribed",
        "b@b.org": "suppressed",
        "d@b.org": "confirmed",
    }
    with reading_subscribers(home) as store:
        one = store.subscriber_at(asked)
        assert one
        assert [each.way for each in store.consents(one.id)] == [ConsentWay.IMPORT]


@on_both
def test_who_left_there_is_taken_off_unless_they_agreed_here(home: Home) -> None:
    ada = parse_address("ada@b.org")
    with working_subscribers(home) as store:
        enter(store, ada, at=NOW, consent="Yes.", edition=None)
    imported(home, HEAD + "bob@b.org,confirmed,\n")
    text = HEAD + "ada@b.org,unsubscribed,\nbob@b.org,unsubscribed,2022-02-02\n"
    assert outcomes(home, text) == ["kept", "taken off"]
    with reading_subscribers(home) as store:
        bob = store.subscriber_at(parse_address("bob@b.org"))
    assert bob
    assert (bob.state, bob.since) == (
        SubscriberState.UNSUBSCRIBED,
        datetime(2022, 2, 2, tzinfo=UTC),
    )


@on_both
def test_who_is_pending_here_gets_pause_and_edition_of_the_list(home: Home) -> None:
    with working_subscribers(home) as store:
        for name in ("ada", "bo"):
            enter(store, parse_address(f"{name}@b.org"), at=NOW, consent=None, edition=LOW)
    text = (
        "address,state,edition,paused_until\n"
        "ada@b.org,confirmed,full,2027-01-01T00:00:00Z\n"
        "bo@b.org,confirmed,,\n"
    )
    assert outcomes(home, text) == ["confirmed", "confirmed"]
    with reading_subscribers(home) as store:
        found = [(one.edition, one.paused_until) for one in store.subscribers()]
    full = (SubscribedEdition.FULL, datetime(2027, 1, 1, tzinfo=UTC))
    assert found == [full, (LOW, None)], "who chose here keeps it where the list says nothing"


@on_both
@pytest.mark.parametrize("meanwhile", ["left", "was forgotten"])
def test_who_changes_while_a_list_is_read_agrees_to_nothing_by_it(
    home: Home, meanwhile: str
) -> None:
    ada = parse_address("ada@b.org")
    bo = parse_address("bo@b.org")
    with working_subscribers(home) as store:
        for one in (ada, bo):
            enter(store, one, at=NOW, consent=None, edition=None)
        known = store.known_among([ada, bo])
        (take_off if meanwhile == "left" else forget)(store, ada, at=NOW)
        changes = [
            ListedChange(
                address=one,
                before=known[one.key],
                standing=ListStanding(state=SubscriberState.CONFIRMED),
                edition=None,
                since=NOW,
                paused_until=None,
                consent=Consent(at=NOW, way=ConsentWay.IMPORT, words="Yes."),
            )
            for one in (ada, bo)
        ]
        store.put_list(changes, at=NOW)
        gone = store.subscriber_at(ada)
        assert gone is None or store.consents(gone.id) == []
        other = store.subscriber_at(bo)
        assert other
        assert other.state is SubscriberState.CONFIRMED, "the rest of the piece is done"
        assert [one.words for one in store.consents(other.id)] == ["Yes."]


@on_both
def test_a_restored_home_reads_in_who_left_after_its_backup(home: Home) -> None:
    """From the newer export of its own; who agreed anew after they had left stays."""
    ada, bo = parse_address("ada@b.org"), parse_address("bo@b.org")
    with working_subscribers(home) as store:
        for address in (ada, bo):
            enter(store, address, at=NOW - timedelta(days=9), consent="Yes.", edition=None)
        for one in store.subscribers():
            store.change_state(one.id, SubscriberState.UNSUBSCRIBED, at=NOW - timedelta(days=3))
        newer = "".join(exported_list(store))
        enter(store, bo, at=NOW - timedelta(days=1), consent="Yes.", edition=None)
        ada_s = store.subscriber_at(ada)
        assert ada_s
        store.change_state(ada_s.id, SubscriberState.CONFIRMED, at=ada_s.created)
    assert outcomes(home, newer, consent=None) == ["taken off", "kept"]
    assert on_the_books(home) == {"ada@b.org": "unsubscribed", "bo@b.org": "confirmed"}


@on_both
def test_two_lines_of_one_person_are_one_and_the_stricter_counts(home: Home) -> None:
    text = HEAD + (
        "Ada@b.org,confirmed,\nada@B.ORG,unsubscribed,\nada@b.org,confirmed,\n"
        "bob@b.org,pending,\nbob@b.org,confirmed,\nbob@b.org,confirmed,\n"
    )
    assert outcomes(home, text) == [
        *("added", "taken off", "not brought back"),
        *("added", "confirmed", "unchanged"),
    ]
    assert on_the_books(home) == {"ada@b.org": "unsubscribed", "bob@b.org": "confirmed"}
    with reading_subscribers(home) as store:
        bob = store.subscriber_at(parse_address("bob@b.org"))
        assert bob
        assert len(store.consents(bob.id)) == 1


@on_both
def test_a_dry_run_says_just_what_the_run_does_and_changes_nothing(home: Home) -> None:
    with working_subscribers(home) as store:
        suppress(store, parse_address("b@b.org"), at=NOW)
        forget(store, parse_address("c@b.org"), at=NOW)
        before = list(store.subscribers())
    rows = "a@b.org,confirmed,\nb@b.org,confirmed,\nc@b.org,confirmed,\nA@b.org,unsubscribed,\n,,\n"
    text = HEAD + rows + "".join(f"r{n}@b.org,confirmed,\n" for n in range(4_500)) + rows
    dry = imported(home, text, dry_run=True)
    with reading_subscribers(home) as store:
        assert list(store.subscribers()) == before
    assert imported(home, text) == dry
    assert Counter(one.outcome for one in dry)["added"] == 4_501


@on_both
def test_a_dry_run_in_a_new_home_makes_nothing(home: Home) -> None:
    text = HEAD + "a@b.org,confirmed,\na@b.org,confirmed,\n"
    assert outcomes(home, text, dry_run=True) == ["added", "unchanged"]
    assert not home.var.exists()
    assert on_the_books(home) == {}


def test_our_own_export_is_read_back_as_it_was(tmp_path: Path) -> None:
    home, other = empty_home(tmp_path / "home"), empty_home(tmp_path / "other")
    with working_subscribers(home) as store:
        one = enter(store, parse_address("=Ada@b.org"), at=NOW, consent='"Yes",\nall', edition=LOW)
        store.pause(one.subscriber.id, until=NOW.replace(year=2030))
        suppress(store, parse_address("b@b.org"), at=NOW)
        text = "".join(exported_list(store))
    start_anew()
    assert outcomes(other, text, consent=None) == ["added", "added"]
    with reading_subscribers(other) as store:
        again = "".join(exported_list(store))
    assert again == text.replace(',hand,"', ',import,"')


def test_a_list_without_consent_is_refused_before_anything(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    with pytest.raises(RefusedError, match="--consent: it is missing"):
        imported(home, HEAD + "a@b.org,confirmed,\n", consent=None)
    assert not home.subscribers.exists()
    own = "address,state,consent_words\na@b.org,confirmed,I do.\nc@d.org,confirmed,\n"
    assert outcomes(home, own, consent=None) == ["added", "no consent"]


def test_what_stands_before_a_line_that_cannot_be_read_is_merged(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    file = home.root / "list.csv"
    good = "".join(f"r{n}@b.org,confirmed,\n" for n in range(5_000))
    file.write_bytes((HEAD + good).encode() + b"b@b\xfc.org,confirmed,\n")
    results: list[LineResult] = []
    order = ListOrder(file=file, consent="Yes.")
    with pytest.raises(SourceError, match=r":5002: is not UTF-8"):
        import_list(home, order, at=NOW, say=results.append)
    assert len(on_the_books(home)) == len(results) >= 4_999
    file.write_text(HEAD + good)
    again: list[LineResult] = []
    import_list(home, order, at=NOW, say=again.append)
    assert len(on_the_books(home)) == 5_000


@pytest.mark.parametrize("place", ["missing.csv", "."])
def test_a_file_that_is_none_is_one_line(tmp_path: Path, place: str) -> None:
    home = empty_home(tmp_path / "home")
    with pytest.raises(SourceError):
        import_list(home, ListOrder(file=tmp_path / place), at=NOW, say=print)


STATES = st.sampled_from(["confirmed", "pending", "unsubscribed", "suppressed"])
LISTS = st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), STATES), max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(LISTS, min_size=1, max_size=4))
def test_whoever_was_gone_once_stays_gone_whatever_lists_come(
    tmp_path_factory: pytest.TempPathFactory, lists: list[list[tuple[str, str]]]
) -> None:
    start_anew()
    home = empty_home(tmp_path_factory.mktemp("home"))
    gone: set[str] = set()
    for rows in lists:
        text = HEAD + "".join(f"{name}@b.org,{state},\n" for name, state in rows)
        dry = imported(home, text, dry_run=True)
        assert imported(home, text) == dry
        gone |= {f"{n}@b.org" for n, state in rows if state in {"unsubscribed", "suppressed"}}
        found = on_the_books(home)
        assert {key for key, state in found.items() if state in {"confirmed", "pending"}} == (
            found.keys() - gone
        )
