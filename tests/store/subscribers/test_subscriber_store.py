"""The subscribers' database: its own, private, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from databases import on_both
from homes import empty_home
from msnewsletter.errors import StoreError
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store
from msnewsletter.store import subscribers as package
from msnewsletter.store.location import DatabaseLocation
from msnewsletter.store.postgresql import engine_at
from msnewsletter.store.subscribers import (
    SubscriberStore,
    open_subscribers,
    subscriber_store,
    subscribers_at,
)
from msnewsletter.store.subscribers.subscriber_queries import new_handles
from msnewsletter.store.subscribers.subscriber_tables import SUBSCRIBERS, metadata
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.subscriber import (
    Consent,
    ConsentWay,
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
ADA = parse_address("Ada@example.org")
CONSENT = Consent(at=NOW, way=ConsentWay.FORM, words="Send it to me.")


@pytest.fixture
def home(tmp_path: Path, database: str) -> Home:
    del database
    made = empty_home(tmp_path)
    made.var.mkdir()
    return made


@pytest.fixture
def store(home: Home) -> Iterator[SubscriberStore]:
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as opened:
        yield opened


@on_both
def test_its_tables_are_those_that_the_program_uses(store: SubscriberStore, home: Home) -> None:
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == SUBSCRIBERS.head
    scripts = ScriptDirectory(str(Path(package.__file__).with_name("migrations")))
    assert scripts.get_heads() == [SUBSCRIBERS.head]
    # The newsletter's own stands beside it, and neither sees the other.
    with open_store(location_of(home, load_settings(home.settings))) as own:
        assert own.pending() == []


def test_handles_of_many_begin_alike_and_name_one_each() -> None:
    handles, others = new_handles(500), new_handles(500)
    assert len({*handles, *others}) == 1000
    assert {one[:2] for one in handles} == {handles[0][:2]}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{12}", one) for one in handles)
    assert new_handles(0) == []


def test_a_database_that_need_not_last_is_one_file(tmp_path: Path) -> None:
    where = DatabaseLocation(shown="s", path=tmp_path / "s.db", tables=SUBSCRIBERS, lasting=False)
    with open_subscribers(where) as store:
        ada = store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING)
        assert list(tmp_path.iterdir()) == [tmp_path / "s.db"]
    with open_subscribers(where) as store:
        assert store.subscriber(ada.id) == ada


@on_both
def test_a_subscriber_is_found_by_address_handle_and_number(store: SubscriberStore) -> None:
    ada = store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING, consent=CONSENT)
    assert store.subscriber(ada.id) == ada
    assert store.subscriber_at(parse_address("ADA@example.org")) == ada
    assert store.subscriber_named(ada.handle) == ada
    assert (ada.address.typed, ada.state, ada.edition) == (
        "Ada@example.org",
        SubscriberState.PENDING,
        SubscribedEdition.FULL,
    )
    assert store.consents(ada.id) == [CONSENT]
    assert not ada.gets_mail(NOW)


@on_both
def test_an_address_is_on_the_books_once(store: SubscriberStore) -> None:
    store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING)
    with pytest.raises(StoreError) as refused:
        store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING)
    assert "ada" not in str(refused.value).lower()
    assert "ada@" not in "".join(format_exception(refused.value)).lower()


@on_both
def test_states_change_with_reason_and_consent(store: SubscriberStore) -> None:
    ada = store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING)
    later = NOW + timedelta(hours=1)
    store.change_state(ada.id, SubscriberState.CONFIRMED, at=later, consent=CONSENT)
    confirmed = store.subscriber(ada.id)
    assert confirmed is not None
    assert (confirmed.state, confirmed.since) == (SubscriberState.CONFIRMED, later)
    assert confirmed.gets_mail(later)
    # Once more, later: nothing changes.
    store.change_state(ada.id, SubscriberState.CONFIRMED, at=later + timedelta(hours=1))
    assert store.subscriber(ada.id) == confirmed
    reason = SuppressionReason.BOUNCE
    store.change_state(ada.id, SubscriberState.SUPPRESSED, at=later, suppression=reason)
    suppressed = store.subscriber(ada.id)
    assert suppressed is not None
    assert (suppressed.state, suppressed.suppression) == (SubscriberState.SUPPRESSED, reason)
    assert store.count_subscribers() == {(SubscriberState.SUPPRESSED, SubscribedEdition.FULL): 1}


@on_both
def test_a_pause_ends_by_itself_and_an_edition_is_kept(store: SubscriberStore) -> None:
    ada = store.add_subscriber(ADA, at=NOW, state=SubscriberState.CONFIRMED)
    store.pause(ada.id, until=NOW + timedelta(days=30))
    store.change_edition(ada.id, SubscribedEdition.LOW_ENERGY)
    paused = store.subscriber(ada.id)
    assert paused is not None
    assert paused.edition is SubscribedEdition.LOW_ENERGY
    assert not paused.gets_mail(NOW)
    assert paused.gets_mail(NOW + timedelta(days=30))


@on_both
def test_who_is_forgotten_leaves_a_keyed_hash_and_no_number_is_used_again(
    store: SubscriberStore,
) -> None:
    secret = store.secret()
    ada = store.add_subscriber(ADA, at=NOW, state=SubscriberState.CONFIRMED, consent=CONSENT)
    assert store.forget(ADA, secret=secret, at=NOW)
    assert not store.forget(ADA, secret=secret, at=NOW)
    assert store.subscriber(ada.id) is None
    assert store.consents(ada.id) == []
    assert store.forgotten_among([parse_address("ada@EXAMPLE.org")], secret=secret)
    again = store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING)
    assert again.id > ada.id
    store.remember_again(ADA, secret=secret)
    assert not store.forgotten_among([ADA], secret=secret)


@on_both
def test_all_subscribers_come_page_by_page(store: SubscriberStore) -> None:
    for number in range(1_001):
        address = parse_address(f"reader{number}@example.org")
        state = SubscriberState.CONFIRMED if number % 2 else SubscriberState.UNSUBSCRIBED
        store.add_subscriber(address, at=NOW, state=state)
    every = list(store.subscribers())
    assert [one.id for one in every] == sorted(one.id for one in every)
    assert len(every) == 1_001
    assert len(list(store.subscribers(SubscriberState.CONFIRMED))) == 500


@on_both
def test_the_key_stays_the_same(store: SubscriberStore, home: Home) -> None:
    key = store.secret()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as again:
        assert again.secret() == key
    assert len(key) == 32


@pytest.mark.usefixtures("postgresql")
def test_two_machines_that_make_the_key_at_once_have_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = subscribers_at(home := empty_home(tmp_path), load_settings(home.settings))
    with open_subscribers(place) as one, open_subscribers(place) as other:
        draws = iter([lambda: other.secret() and b"1" * 32, lambda: b"2" * 32])
        monkeypatch.setattr(subscriber_store.random, "token_bytes", lambda _: next(draws)())
        assert one.secret() == other.secret() == b"2" * 32


@pytest.mark.sqlite("it looks at the database's file")
def test_its_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        store.add_subscriber(ADA, at=NOW, state=SubscriberState.PENDING)
        modes = {stat.S_IMODE(path.stat().st_mode) for path in home.var.glob("subscribers.db*")}
    assert modes == {0o600}


@on_both
def test_who_only_looks_creates_nothing(home: Home) -> None:
    where = subscribers_at(home, load_settings(home.settings))
    with open_subscribers(where, create=False) as store:
        assert store.count_subscribers() == {}
    assert not home.subscribers.exists()
    if where.url:
        engine = engine_at(where, where.url)
        assert inspect(engine).get_table_names(schema="subscribers") == []
        engine.dispose()


@pytest.mark.sqlite("it breaks the database's file")
def test_a_broken_file_names_a_backup_as_the_remedy(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    home.subscribers.write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match="restore it from a backup"):
        open_subscribers(subscribers_at(home, load_settings(home.settings)))


def unread(store: SubscriberStore, statement: str) -> StoreError:
    """The error of reading all subscribers after this damage."""
    store.add_subscriber(ADA, at=NOW, state=SubscriberState.CONFIRMED)
    with store.transaction() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(StoreError) as caught:
        list(store.subscribers())
    return caught.value


@on_both
@pytest.mark.parametrize(
    "damage", ["UPDATE subscribers SET state = typed", "UPDATE subscribers SET since = typed"]
)
def test_an_address_in_a_place_where_it_cannot_be_read_is_not_repeated(
    store: SubscriberStore, damage: str
) -> None:
    error = unread(store, damage)
    assert "it is broken (a row holds what cannot be read); restore it from a backup" in str(error)
    assert "ada@" not in "".join(format_exception(error)).lower()


@pytest.mark.sqlite("PostgreSQL keeps no such text")
def test_an_address_that_is_no_text_is_not_repeated(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.var.mkdir()
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        error = unread(store, "UPDATE subscribers SET typed = CAST(x'ff' || typed AS TEXT)")
    assert "a row holds what cannot be read" in str(error)
    assert "ada@" not in "".join(format_exception(error)).lower()
