"""Nothing makes subscribers again: backups hold them, and what starts over leaves them alone."""

from __future__ import annotations

import stat
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from databases import lose_rows, on_both
from homes import AT, TOLD, command, empty_home, write_summary
from msnewsletter.disk.backup_file import SUBSCRIBERS_NAME, open_backup
from msnewsletter.errors import RefusedError, StoreError
from msnewsletter.home import Home
from msnewsletter.publisher.backup import backup
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.reset import reset
from msnewsletter.publisher.restore import restore
from msnewsletter.publisher.subscribing.by_hand import enter
from msnewsletter.publisher.subscribing.door_context import door_context
from msnewsletter.publisher.subscribing.opened import reading_subscribers, working_subscribers
from msnewsletter.store import NEWEST_TABLES
from msnewsletter.store.subscribers import NEWEST_SUBSCRIBERS
from msnewsletter.store.subscribers.subscriber_tables import deliveries, mailings
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.tokens import Purpose, Tokens

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOUR = timedelta(hours=1)
ADA = parse_address("ada@example.org")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = empty_home(tmp_path / "home")
    write_summary(made, "a")
    return made


def add(home: Home, *names: str) -> None:
    with working_subscribers(home) as store:
        for name in names:
            address = parse_address(f"{name}@example.org")
            enter(store, address, at=AT, consent="Yes.", edition=None)


def tokens(home: Home) -> Tokens:
    with reading_subscribers(home) as store:
        return Tokens(store.secret())


def known(home: Home) -> list[tuple[str, int]]:
    """Everybody's address, with how many consents they gave."""
    with reading_subscribers(home) as store:
        return [(one.address.key, len(store.consents(one.id))) for one in store.subscribers()]


@pytest.fixture
def keep_adding(home: Home) -> Callable[[threading.Event, threading.Event], None]:
    def work(begun: threading.Event, enough: threading.Event) -> None:
        number = 0
        while not enough.is_set():
            add(home, *(f"reader{number + step}" for step in range(20)))
            number += 20
            begun.set()

    return work


@pytest.mark.sqlite("a backup keeps the database's file")
def test_the_drill_a_backup_while_a_writer_works_is_restored_with_all_links_working(
    home: Home, tmp_path: Path, keep_adding: Callable[[threading.Event, threading.Event], None]
) -> None:
    publish(home, at=AT)
    add(home, "ada")
    with reading_subscribers(home) as store:
        ada = store.subscriber_at(ADA)
    assert ada
    token = tokens(home).make(Purpose.UNSUBSCRIBE, ada.handle, at=AT)
    begun, enough = threading.Event(), threading.Event()
    writer = threading.Thread(target=keep_adding, args=(begun, enough))
    writer.start()
    try:
        assert begun.wait(60)
        done = backup(home, tmp_path / "b.zip", at=AT + HOUR)
    finally:
        enough.set()
        writer.join()
    assert done.manifest.subscriber_tables == NEWEST_SUBSCRIBERS
    again = Home(tmp_path / "again")
    restored = restore(tmp_path / "b.zip", again)
    assert stat.S_IMODE(again.subscribers.stat().st_mode) == 0o600
    before, after = known(home), known(again)
    assert restored.confirmed == len(after) > 1
    assert after == before[: len(after)], "all up to one moment, and each whole"
    assert tokens(again).read(Purpose.UNSUBSCRIBE, token, now=AT + 999 * HOUR) == ada.handle
    with working_subscribers(again) as store:
        store.add_subscriber(parse_address("new@example.org"), at=AT, state=ada.state)


@pytest.mark.sqlite("a backup keeps the database's file")
def test_who_left_after_the_backup_is_said_to_be_on_the_list_again(
    home: Home, tmp_path: Path
) -> None:
    add(home, "ada")
    backup(home, tmp_path / "b.zip", at=AT)
    done = command(home, "restore", str(tmp_path / "b.zip"), str(tmp_path / "again"))
    assert "1 confirmed." in done.stdout
    assert "Who left after that is on the list again" in done.stdout
    assert "@" not in done.stdout + done.stderr


@pytest.mark.sqlite("a backup keeps the database's file")
def test_mail_that_is_being_sent_is_in_it(home: Home, tmp_path: Path) -> None:
    mail = home.outbox / "sending" / "0001" / "mailmerge.eml"
    mail.parent.mkdir(parents=True)
    mail.write_bytes(b"mail")
    backup(home, tmp_path / "b.zip", at=AT)
    restore(tmp_path / "b.zip", Home(tmp_path / "again"))
    assert (tmp_path / "again/outbox/sending/0001/mailmerge.eml").read_bytes() == b"mail"


@pytest.mark.sqlite("a backup keeps the database's file")
def test_without_subscribers_a_backup_has_none_and_makes_none(home: Home, tmp_path: Path) -> None:
    done = backup(home, tmp_path / "b.zip", at=AT)
    assert done.manifest.subscriber_tables is None
    assert SUBSCRIBERS_NAME not in [one.name for one in done.manifest.members]
    assert not home.subscribers.exists()
    assert restore(tmp_path / "b.zip", Home(tmp_path / "again")).confirmed is None


@pytest.mark.sqlite("it breaks the database's file")
def test_a_broken_subscribers_database_stops_a_backup_with_one_line(
    home: Home, tmp_path: Path
) -> None:
    add(home, "ada")
    home.subscribers.write_bytes(b"no database" * 1_000)
    with pytest.raises(StoreError, match="restore it from a backup"):
        backup(home, tmp_path / "b.zip", at=AT)
    assert not [path for path in tmp_path.iterdir() if path.is_file()], "nothing is left"


@pytest.mark.sqlite("a backup keeps the database's file")
def test_a_backup_with_newer_tables_of_subscribers_is_refused(home: Home, tmp_path: Path) -> None:
    add(home, "ada")
    backup(home, tmp_path / "b.zip", at=AT)
    opened = open_backup(tmp_path / "b.zip", newest_tables=NEWEST_TABLES, newest_subscribers="0000")
    with pytest.raises(RefusedError, match="newer msnewsletter"), opened:
        pass


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.usefixtures("database")
def test_of_postgresql_both_schemas_are_named(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    add(home, "ada")
    [said] = [
        line
        for line in backup(home, tmp_path / "b.zip", at=AT).manifest.left_out
        if "PostgreSQL" in line
    ]
    assert "--schema=public --schema=subscribers" in said


def deliver(home: Home, *, finished: bool) -> None:
    with working_subscribers(home) as store, store._engine.begin() as connection:
        mailing = {"issue": 1, "manifest": "m", "created": AT}
        connection.execute(insert(mailings), [mailing | {"finished": AT if finished else None}])
        row = {"id": 1, "issue": 1, "subscriber": 1, "edition": "full", "state": "sent"}
        connection.execute(insert(deliveries), [row])


@pytest.mark.sqlite("a home on PostgreSQL is not reset")
def test_a_reset_leaves_subscribers_where_they_are_without_the_ledger(home: Home) -> None:
    publish(home, at=AT)
    add(home, "ada")
    deliver(home, finished=True)
    # A door has them open meanwhile, and goes on.
    with working_subscribers(home) as door:
        said = command(home, "reset", "--yes")
        assert "Subscribers stayed" in said.stdout
        enter(door, parse_address("bob@example.org"), at=AT, consent="Yes.", edition=None)
    assert [key for key, _ in known(home)] == ["ada@example.org", "bob@example.org"]
    with reading_subscribers(home) as store:
        assert store.deliveries_to(1) == []
    [archive] = [one for one in home.root.parent.iterdir() if "before-reset" in one.name]
    assert not Home(archive).subscribers.exists(), "a copy would keep whom 'forget' removes"
    publish(home, at=AT + HOUR)


def test_links_in_mails_go_on_when_the_newsletter_gets_a_new_id(home: Home) -> None:
    """As `reset` advises."""
    add(home, "ada")
    mail = '\n[smtp]\nhost = "localhost"\n[subscribe]\n'
    settings = home.settings.read_text() + mail
    home.settings.write_text(settings)
    with reading_subscribers(home) as store:
        secret, ada = store.secret(), store.subscriber_at(ADA)
    assert ada
    before = door_context(home, secret=secret).tokens
    links = {each: before.make(each, ada.handle, at=AT) for each in Purpose}
    home.settings.write_text(settings.replace("2026:plain-research-notes", "2026:another"))
    assert home.settings.read_text() != settings
    after = door_context(home, secret=secret).tokens
    for purpose, link in links.items():
        assert after.read(purpose, link, now=AT) == ada.handle


@pytest.mark.sqlite("a home on PostgreSQL is not reset")
def test_no_reset_while_an_issue_is_being_sent(home: Home) -> None:
    publish(home, at=AT)
    add(home, "ada")
    deliver(home, finished=False)
    with pytest.raises(RefusedError, match="issue 1 is being sent"):
        reset(home, at=AT + HOUR)
    assert home.record(1).exists()


@pytest.mark.sqlite("it compares the database's file")
def test_init_leaves_subscribers_alone(home: Home) -> None:
    add(home, "ada")
    home.settings.unlink()
    before = home.subscribers.read_bytes()
    command(home, "init", *TOLD, str(home.root))
    assert home.subscribers.read_bytes() == before


@on_both
def test_the_newsletter_s_own_database_may_be_lost_without_them(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    add(home, "ada")
    publish(home, at=AT)
    lose_rows(home)
    publish(home, at=AT + HOUR)
    assert [key for key, _ in known(home)] == ["ada@example.org"]
