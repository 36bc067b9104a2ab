"""A PostgreSQL that is not as it should be: one line, a remedy, and never the password."""

from __future__ import annotations

import os
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cluster import PASSWORD
from databases import rows, stored
from homes import AT, command, empty_home, write_summary
from msnewsletter.errors import BusyError, NewsletterError, SettingsError, StoreError
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview, rehearse
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import SlotTaken
from msnewsletter.publisher.session import Step
from msnewsletter.settings import load_settings
from msnewsletter.store.location import ADDRESS
from msnewsletter.store.subscribers import open_subscribers, subscribers_at

if TYPE_CHECKING:
    from pathlib import Path

    from cluster import Cluster
    from msnewsletter.home import Home

HOUR = timedelta(hours=1)


def small_home(root: Path) -> Home:
    """A home with one summary."""
    home = empty_home(root)
    write_summary(home, "a")
    return home


def line_without_secrets(home: Home, url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """What publishing says with another address."""
    monkeypatch.setenv(ADDRESS, url)
    with pytest.raises(NewsletterError) as caught:
        publish(home, at=AT)
    line = str(caught.value)
    assert PASSWORD not in line
    assert "s3cret" not in line
    return line


def test_what_is_wrong_with_the_address_is_said_without_the_address(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = small_home(tmp_path)
    right = postgresql.url()
    where = f"PostgreSQL 127.0.0.1:{postgresql.port}/"
    cases = {
        postgresql.url(password=PASSWORD[5:11]): "refuses our user or password",
        postgresql.url("nowhere"): f"{where}nowhere: the server has no such database",
        right.replace(f":{postgresql.port}", ":1"): "PostgreSQL 127.0.0.1:1/",
        right.replace(f":{postgresql.port}/", ":s3cret/"): f"{ADDRESS}: it is no address",
        right.replace("postgresql:", "mysql:"): f"{ADDRESS}: it is no address",
        right.rpartition("/")[0]: f"{ADDRESS}: it names no database",
        "s3cret": f"{ADDRESS}: it is no address",
        right.replace("@", "@s3cret/w0rd@", 1): f"{ADDRESS}: it holds more than one @",
        "": f'newsletter.toml: database = "postgresql", but {ADDRESS} is not set',
    }
    said = {
        expected: line_without_secrets(home, url, monkeypatch) for url, expected in cases.items()
    }
    assert {expected: line for expected, line in said.items() if expected not in line} == {}
    assert "cannot be reached" in said["PostgreSQL 127.0.0.1:1/"]
    assert not home.outbox.exists()


def test_the_program_says_it_in_one_line(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = small_home(tmp_path)
    monkeypatch.setenv(ADDRESS, postgresql.url("nowhere"))
    done = command(home, "doctor")
    assert (done.returncode, done.stderr) == (1, "")
    assert "Traceback" not in done.stdout
    assert "s3cret" not in done.stdout
    where = f"PostgreSQL 127.0.0.1:{postgresql.port}/nowhere"
    assert f"BAD  database: {where}: the server has no such database" in done.stdout


def test_a_database_that_is_not_ours_is_left_alone(postgresql: Cluster, tmp_path: Path) -> None:
    postgresql.ask("CREATE TABLE alembic_version (version_num text)", "news")
    with pytest.raises(StoreError, match="not one of msnewsletter's"):
        publish(small_home(tmp_path), at=AT)


@pytest.mark.usefixtures("postgresql")
def test_a_database_from_the_future_is_left_alone(tmp_path: Path) -> None:
    home = small_home(tmp_path)
    publish(home, at=AT)
    rows(home, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer msnewsletter"):
        publish(home, at=AT)


def test_collect_brings_the_tables_of_subscribers_up_to_date_as_who_looks_is_told(
    postgresql: Cluster, tmp_path: Path
) -> None:
    home = small_home(tmp_path)
    publish(home, at=AT)
    location = subscribers_at(home, load_settings(home.settings))
    collect_now(home, at=AT)
    assert postgresql.ask("SELECT to_regnamespace('subscribers')::text", "news") == [(None,)]
    open_subscribers(location).close()
    for statement in (
        "UPDATE subscribers.alembic_version SET version_num = '0002'",
        "ALTER TABLE subscribers.mailings DROP COLUMN remembered",
        "ALTER TABLE subscribers.workers DROP COLUMN hindered",
        "DROP TABLE subscribers.sending_terms",
    ):
        postgresql.ask(statement, "news")
    with pytest.raises(StoreError, match="older msnewsletter; run 'msnewsletter collect' once"):
        open_subscribers(location, create=False)
    collect_now(home, at=AT)
    open_subscribers(location, create=False).close()


def test_a_database_that_cannot_hold_greek_is_refused(
    postgresql: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = small_home(tmp_path)
    postgresql.ask(
        "CREATE DATABASE narrow OWNER news ENCODING 'LATIN1'"
        " LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    )
    monkeypatch.setenv(ADDRESS, postgresql.url("narrow"))
    with pytest.raises(StoreError, match="its encoding is LATIN1"):
        publish(home, at=AT)


def test_a_user_without_rights_is_told_so(postgresql: Cluster, tmp_path: Path) -> None:
    home = small_home(tmp_path)
    postgresql.ask(f"ALTER DATABASE news OWNER TO {postgresql.user}")
    with pytest.raises(StoreError, match="our user lacks a right"):
        publish(home, at=AT)


def test_a_standby_is_told_from_the_primary(postgresql: Cluster, tmp_path: Path) -> None:
    home = small_home(tmp_path)
    publish(home, at=AT)
    write_summary(home, "new")
    standby = postgresql.folder / "data" / "standby.signal"
    postgresql.stop(signal.SIGINT)
    standby.touch()
    try:
        postgresql.start()
        with pytest.raises(StoreError, match=r"it takes no changes .*; name the primary server"):
            publish(home, at=AT + HOUR)
        postgresql.stop(signal.SIGINT)
    finally:
        standby.unlink()
        postgresql.start()
    publish(home, at=AT + HOUR)


@pytest.mark.parametrize("step", [Step.WRITTEN, Step.RELEASED])
def test_a_connection_lost_amid_the_publishing_stops_it_and_the_next_run_finishes(
    postgresql: Cluster, tmp_path: Path, step: Step
) -> None:
    home = small_home(tmp_path)

    def lose(now: Step) -> None:
        if now is step:
            postgresql.end_sessions()

    with pytest.raises(StoreError, match=r"lost|shuts down") as caught:
        publish(home, at=AT, reached=lose)
    assert "nothing is lost" in caught.value.remedy
    publish(home, at=AT)
    assert [path.name for path in (home.outbox / "new").iterdir()] == ["0001"]
    assert home.record(1).exists()


def test_whoever_lost_the_lock_does_not_work_on_without_it(
    postgresql: Cluster, tmp_path: Path
) -> None:
    one, other = small_home(tmp_path / "one"), small_home(tmp_path / "other")

    def taken_over(now: Step) -> None:
        if now is Step.WRITTEN:
            postgresql.end_sessions()
            publish(other, at=AT)

    with pytest.raises(StoreError):
        publish(one, at=AT, reached=taken_over)
    assert isinstance(publish(one, at=AT), SlotTaken)
    assert not list((one.outbox / "new").iterdir())
    assert not list((one.outbox / "tmp").iterdir())
    assert [path.name for path in (other.outbox / "new").iterdir()] == ["0001"]


def test_a_server_that_crashes_loses_nothing(postgresql: Cluster, tmp_path: Path) -> None:
    home = small_home(tmp_path)

    def crash(now: Step) -> None:
        if now is Step.SELECTED:
            postgresql.stop(signal.SIGQUIT)

    try:
        with pytest.raises(StoreError):
            publish(home, at=AT, reached=crash)
        with pytest.raises(StoreError, match=r"cannot be reached; see that it runs"):
            next_issue_preview(home, by_hand=True, at=AT)
    finally:
        postgresql.start()
    publish(home, at=AT)
    assert [path.name for path in (home.outbox / "new").iterdir()] == ["0001"]


def test_looking_changes_nothing_and_makes_no_table(postgresql: Cluster, tmp_path: Path) -> None:
    home = small_home(tmp_path)
    next_issue_preview(home, by_hand=True, at=AT)
    rehearse(home, at=AT)
    assert (
        postgresql.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", "news") == []
    )
    published = publish(home, at=AT)
    assert published.preview.draft
    write_summary(home, "next")
    before = stored(home)
    made = next_issue_preview(home, at=AT + HOUR)
    assert made.issue
    assert "issues/0002.html" in made.site()
    next_issue_preview(home, by_hand=True, at=AT + HOUR)
    assert stored(home) == before
    publish(home, at=AT + HOUR)
    assert stored(home) != before


@pytest.mark.sqlite("the home is on SQLite")
def test_a_home_without_the_setting_does_not_go_to_postgresql(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    monkeypatch.setenv(ADDRESS, cluster.url("nowhere"))
    publish(home, at=AT)
    assert home.database.exists()


@pytest.mark.usefixtures("postgresql")
def test_a_home_with_the_setting_never_falls_back_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty_home(tmp_path)
    monkeypatch.delenv(ADDRESS)
    with pytest.raises(SettingsError, match="is not set"):
        publish(home, at=AT)
    assert not home.database.exists()


@pytest.mark.usefixtures("postgresql")
def test_a_lock_held_elsewhere_is_named(tmp_path: Path) -> None:
    one, other = small_home(tmp_path / "one"), small_home(tmp_path / "other")

    def meanwhile(now: Step) -> None:
        if now is Step.LOCKED:
            with pytest.raises(
                BusyError,
                match=rf"^PostgreSQL .*: another msnewsletter is at work here "
                rf"\(process {os.getpid()} on .+\); run again when it has finished$",
            ):
                publish(other, at=AT)

    publish(one, at=AT, reached=meanwhile)
    assert isinstance(publish(other, at=AT), SlotTaken)
