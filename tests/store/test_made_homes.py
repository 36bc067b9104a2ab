"""A home that an earlier version made opens, keeps its identities and publishes on."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from alembic.script import ScriptDirectory

from databases import lose_database, on_both, rows
from delivering import Newsletter, recipients
from homes import tree, write_summary
from made_homes import HOMES, MIGRATIONS, made_home
from msnewsletter.cli import main
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released, Waits
from msnewsletter.records import load_record
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Issue
    from peers.recording_server import RecordingServer

SCHEMAS = sorted(folder.name for folder in HOMES.iterdir() if folder.is_dir())
# Its last command was on 2 January; issue 4 is approved for this slot.
SLOT = datetime(2027, 1, 4, 7, tzinfo=UTC)
DAY = timedelta(days=1)
EARLIER = (1, 2, 3)


@pytest.fixture(params=SCHEMAS)
def schema(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


def issue(home: Home, number: int) -> Issue:
    return load_record(home.record(number).read_bytes(), place="issues", number=number).issue


def identities(feed: Path) -> set[tuple[str, str, str]]:
    """What feed readers know an entry by: its id, its address and when it was published."""
    items = json.loads(feed.read_bytes())["items"]
    return {(item["id"], item["url"], item["date_published"]) for item in items}


def publish_on(home: Home) -> None:
    """Publish for the next slot; another version may show readers something else than approved."""
    if isinstance(publish_due(home, at=SLOT), Waits):
        approve(home, by="Ada", at=SLOT)
        assert isinstance(publish_due(home, at=SLOT + timedelta(minutes=1)), Released)


def test_every_released_schema_has_a_home_that_was_made_with_it() -> None:
    revisions = {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}
    newest = max(revisions)
    # The newest has one at the latest when the next migration is written.
    assert revisions - {newest} <= set(SCHEMAS) <= revisions
    for name in SCHEMAS:
        assert (HOMES / f"make_{name}.py").is_file()


@on_both
def test_status_reads_it_and_leaves_its_records_alone(
    tmp_path: Path, schema: str, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = made_home(tmp_path / "home", schema)
    if database == "postgresql":  # who only looks does not migrate it
        publish_due(home, at=SLOT - DAY)
    before = tree(home.records, home.root / "summaries")
    with time_machine.travel(SLOT - DAY, tick=False):
        main(["--home", str(home.root), "status"], standalone_mode=False)
    said = capsys.readouterr().out
    assert "Last issue: 3, 1 summary" in said
    assert "Last slot: 2026-12-21T08:00[Europe/Berlin], empty" in said
    assert "withdrawn, first of all" in said
    assert "held  sample-dated-far-ahead" in said
    assert "again.md is gone" in said
    assert tree(home.records, home.root / "summaries") == before


@on_both
def test_it_publishes_on_and_every_identity_is_kept(tmp_path: Path, schema: str) -> None:
    home = made_home(tmp_path / "home", schema)
    before = {number: home.record(number).read_bytes() for number in EARLIER}
    publish_on(home)
    assert [entry.summary.key for entry in issue(home, 4).entries] == ["sample-fumarate-in-a-dish"]
    assert [one.key for one in issue(home, 4).corrections] == ["sample-optic-nerve-contrast"]
    assert {number: home.record(number).read_bytes() for number in EARLIER} == before
    now, then = identities(home.site / "feed.json"), identities(HOMES / schema / "feed.json")
    assert then < now
    assert len(then) == 5
    assert len(now) == 6


def test_what_it_publishes_reaches_a_reader_once(
    tmp_path: Path, schema: str, server: RecordingServer
) -> None:
    home = made_home(tmp_path / "home", schema)
    sending = Newsletter(home=home, now=SLOT + timedelta(minutes=2))
    sending.set(f'[smtp]\nhost = "{server.host}"\nport = {server.port}\nsecurity = "none"')
    sending.set("[subscribe]\n[deliver]\nconnections = 1")
    publish_on(home)
    sending.subscribe("ada", "ben")
    for _ in range(2):
        sending.deliver()
        assert recipients(server) == ["ada@example.org", "ben@example.org"]
    assert sending.folders()["sent"] == ["0004"]


@on_both
def test_its_records_can_be_written_again_byte_for_byte(tmp_path: Path, schema: str) -> None:
    home = made_home(tmp_path / "home", schema)
    before = {number: home.record(number).read_bytes() for number in EARLIER}
    for number in EARLIER:
        home.record(number).unlink()
    publish_due(home, at=SLOT - DAY)
    assert {number: home.record(number).read_bytes() for number in EARLIER} == before


_NOT_YET_PUBLIC = ("sample-cmv-killer-t-cells", "sample-optic-nerve-contrast")


@on_both
def test_what_the_site_looks_up_is_still_found(tmp_path: Path, schema: str) -> None:
    home = made_home(tmp_path / "home", schema)
    with open_store(location_of(home, load_settings(home.settings))) as store:
        # Before 0006 what was collected was public at once, once the site had been written.
        waiting = {"sample-il6-mice", *(_NOT_YET_PUBLIC if schema >= "0006" else ())}
        assert {one.entry.summary.key for one in store.edited(())} == waiting
        tagged = store.site.tagged("viruses", limit=9, last=3)
        cited = store.site.beginning(["sample: almost nobody in a large study d"])
    assert {entry.summary.key for _, entry in tagged} == {
        "sample-epstein-barr-and-ms",
        "sample-cmv-killer-t-cells",
        "sample-hsv-cells",
    }
    assert [entry.summary.key for _, entry in cited] == ["sample-epstein-barr-and-ms"]


@on_both
def test_with_its_database_lost_afterwards_nothing_is_repeated(tmp_path: Path, schema: str) -> None:
    home = made_home(tmp_path / "home", schema)
    publish_on(home)
    lose_database(home)
    write_summary(home, "one-more", "2027-01-05")
    approve(home, by="Ada", at=SLOT + 2 * DAY)
    publish(home, at=SLOT + 2 * DAY)
    assert [entry.summary.key for entry in issue(home, 5).entries] == ["one-more"]
    assert issue(home, 5).corrections == ()
    sent = [entry.summary.key for number in range(1, 6) for entry in issue(home, number).entries]
    assert len(sent) == len(set(sent)) == 7
    assert len(rows(home, "SELECT key FROM entries")) == 7
