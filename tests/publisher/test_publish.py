"""The main job, end to end, on real files, a real database and the five real pages."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from databases import backup_of, lose_database, on_both, put_back, start_anew, stored
from homes import AT, empty_home, published_tree, sample_home, write_summary
from msnewsletter.errors import RecordError, RefusedError, SettingsError
from msnewsletter.model import HoldReason
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released, SlotTaken
from msnewsletter.publisher.session import Step
from msnewsletter.settings import load_settings
from msnewsletter.store import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)


def keys(home: Home, number: int) -> list[str]:
    record = json.loads(home.record(number).read_bytes())
    return [entry["summary"]["key"] for entry in record["issue"]["entries"]]


@on_both
def test_the_samples_become_issue_1_with_every_file_that_is_promised(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    done = publish(home, at=AT)
    assert [held.because for held in done.preview.draft.held] == [HoldReason.DATED_LATER]
    names = published_tree(home)
    assert {
        "outbox/new/0001/digest.eml",
        "outbox/new/0001/mailmerge.eml",
        "outbox/new/0001/digest.html",
        "outbox/new/0001/digest.txt",
        "outbox/new/0001/digest-short.eml",
        "outbox/new/0001/digest-short.html",
        "outbox/new/0001/digest-short.txt",
        "outbox/new/0001/mailmerge-short.eml",
        "outbox/new/0001/manifest.json",
        "outbox/site/rss.xml",
        "outbox/site/atom.xml",
        "outbox/site/feed.json",
        "outbox/site/index.html",
        "issues/0001.json",
    } <= set(names)
    assert keys(home, 1)[0] == "sample-epstein-barr-and-ms"
    assert len(keys(home, 1)) == 8


def test_a_second_publish_at_the_same_instant_changes_no_byte_and_says_why(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    before = published_tree(home)
    write_summary(home, "too-late-for-this-slot")
    again = publish(home, at=AT)
    assert isinstance(again, SlotTaken)
    assert again.slot.issue == 1
    assert published_tree(home) == before


@on_both
def test_nothing_new_makes_no_issue_and_takes_the_slot(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    before = published_tree(home)
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, NothingNew)
    assert published_tree(home) == before
    write_summary(home, "new")
    taken = publish(home, at=AT + HOUR)
    assert isinstance(taken, SlotTaken)
    assert taken.slot.outcome is Outcome.EMPTY
    assert isinstance(publish(home, at=AT + 2 * HOUR), Released)


def test_issues_only_go_forward(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    with pytest.raises(RefusedError, match="before the last slot"):
        publish(home, at=AT - HOUR)


def test_the_five_real_pages_then_a_late_one_then_one_of_the_future(
    tmp_path: Path, shared: Path
) -> None:
    home = empty_home(tmp_path / "home", start="2025-01-01")
    for page in (shared / "seeds").iterdir():
        shutil.copyfile(page, home.root / "summaries" / page.name)
    publish(home, at=AT)
    assert len(keys(home, 1)) == 5
    assert "dated" in json.loads(home.record(1).read_bytes())["issue"]["entries"][0]

    write_summary(home, "sixth", "2026-10-02")
    write_summary(home, "seventh", "2026-12-31")
    done = publish(home, at=AT + 24 * HOUR)
    assert isinstance(done, Released)
    assert [(one.summary.key, one.late) for one in done.preview.draft.issue.entries] == [
        ("sixth", True)
    ]
    assert [held.summary.key for held in done.preview.draft.held] == ["seventh"]
    assert "added late" in (home.outbox / "new" / "0002" / "digest.txt").read_text().lower()

    publish(home, at=datetime(2026, 12, 30, 22, 59, 59, tzinfo=UTC))
    publish(home, at=datetime(2026, 12, 30, 23, 0, 0, tzinfo=UTC))  # midnight in Berlin
    assert keys(home, 3) == ["seventh"]


def test_the_same_home_from_scratch_gives_the_same_bytes(tmp_path: Path) -> None:
    trees = []
    for name in ("one", "two"):
        start_anew()
        home = sample_home(tmp_path / name)
        publish(home, at=AT)
        write_summary(home, "next")
        publish(home, at=AT + HOUR)
        trees.append(published_tree(home))
    assert trees[0] == trees[1]


@on_both
@pytest.mark.parametrize("consumed", [False, True])
def test_a_lost_database_repeats_nothing(tmp_path: Path, *, consumed: bool) -> None:
    home = sample_home(tmp_path)
    write_summary(home, "older-than-the-start", "2026-01-01")
    publish(home, at=AT)
    write_summary(home, "second")
    publish(home, at=AT + HOUR)
    if consumed:
        shutil.rmtree(home.outbox)
    before = published_tree(home)
    lose_database(home)
    assert isinstance(publish(home, at=AT + 2 * HOUR), NothingNew)
    after = published_tree(home)
    assert {name: after[name] for name in before} == before
    assert not any(name.startswith("outbox/new/0003") for name in after)
    write_summary(home, "third")
    publish(home, at=AT + 3 * HOUR)
    assert keys(home, 3) == ["third"]


@on_both
def test_an_old_backup_of_the_database_repeats_nothing(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    backup = backup_of(home)
    write_summary(home, "second")
    publish(home, at=AT + HOUR)
    shutil.rmtree(home.var)
    home.var.mkdir()
    put_back(home, backup)
    write_summary(home, "third")
    publish(home, at=AT + 2 * HOUR)
    assert [keys(home, 2), keys(home, 3)] == [["second"], ["third"]]


@on_both
def test_a_missing_record_stops_the_rebuilding_of_a_lost_database(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    write_summary(home, "second")
    publish(home, at=AT + HOUR)
    lose_database(home)
    home.record(1).unlink()
    with pytest.raises(RecordError, match=r"issues/0001\.json: it is missing"):
        publish(home, at=AT + 2 * HOUR)


@on_both
def test_a_lost_record_of_the_last_issue_is_written_again(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    record = home.record(1).read_bytes()
    home.record(1).unlink()
    publish(home, at=AT + HOUR)
    assert home.record(1).read_bytes() == record


def test_database_and_records_both_lost_is_noticed_by_the_outbox(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    lose_database(home)
    shutil.rmtree(home.records)
    with pytest.raises(RefusedError, match="neither the database nor a record has it"):
        publish(home, at=AT + HOUR)


def test_the_first_issue_needs_a_start(tmp_path: Path) -> None:
    home = empty_home(tmp_path, start="")
    write_summary(home, "a")
    with pytest.raises(SettingsError, match="needs a 'start'"):
        publish(home, at=AT)


@on_both
def test_what_is_older_than_the_start_is_never_mailed(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "old", "2026-09-30")
    write_summary(home, "new", "2026-10-01")
    publish(home, at=AT)
    assert keys(home, 1) == ["new"]
    assert (
        "before the newsletter's start"
        in json.loads(home.record(1).read_bytes())["baseline"]["old"]
    )


def test_one_bad_summary_never_sinks_an_issue(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "good")
    write_summary(home, "bad", "2026-02-30")
    (home.root / "summaries" / "binary.txt").write_bytes(b"\x00\xff" * 100)
    done = publish(home, at=AT)
    assert keys(home, 1) == ["good"]
    complaints = [str(one) for one in done.preview.collected.refused]
    assert len(complaints) == 2
    assert any(text.startswith("summaries/bad.md:3") for text in complaints)

    again = publish(home, at=AT + HOUR)
    assert [str(one) for one in again.preview.collected.refused] == complaints, (
        "it is said until mended"
    )
    write_summary(home, "bad")
    publish(home, at=AT + 2 * HOUR)
    assert keys(home, 2) == ["bad"]


def test_of_two_files_with_one_key_one_goes_out_and_the_other_is_refused(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    (path.parent / "b.md").write_text(path.read_text())
    done = publish(home, at=AT)
    assert keys(home, 1) == ["a"]
    [refused] = done.preview.collected.refused
    assert "key 'a' is already that of summaries/a.md" in str(refused)
    assert [
        str(one) for one in next_issue_preview(home, by_hand=True, at=AT + HOUR).collected.refused
    ] == [str(refused)]


@on_both
def test_a_pending_summary_whose_file_goes_away_is_held_and_comes_back_with_it(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "now")
    later = write_summary(home, "later", "2026-12-01")
    publish(home, at=AT)
    text = later.read_text()
    later.unlink()
    found = next_issue_preview(home, by_hand=True, at=datetime(2026, 12, 2, tzinfo=UTC)).draft
    assert [(one.summary.key, one.because) for one in found.held] == [("later", HoldReason.GONE)]
    later.write_text(text)
    publish(home, at=datetime(2026, 12, 2, tzinfo=UTC))
    assert keys(home, 2) == ["later"]


@on_both
def test_a_file_that_was_renamed_is_not_sent_again(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    page = path.read_text().replace("key: a\n", "")
    path.write_text(page)
    publish(home, at=AT)
    path.rename(path.with_name("renamed.md"))
    found = next_issue_preview(home, by_hand=True, at=AT + HOUR).draft
    assert found.issue is None
    assert [one.because for one in found.held] == [HoldReason.SAME_STUDY]


@on_both
@pytest.mark.parametrize("renamed", [False, True])
@pytest.mark.parametrize("collected", [False, True])
def test_a_sent_file_that_lost_its_key_is_not_sent_again(
    tmp_path: Path, *, renamed: bool, collected: bool
) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    publish(home, at=AT)
    path.write_text(path.read_text().replace("key: a\n", "key: b\n"))
    if renamed:
        path.rename(path.with_name("renamed.md"))
    if collected:
        collect_now(home, at=AT)
    found = next_issue_preview(home, by_hand=True, at=AT + HOUR).draft
    assert found.issue is None
    (held,) = found.held
    assert held.because is HoldReason.SAME_STUDY
    assert held.reason.endswith("if it is the same, keep its identity with 'key: a'")


@on_both
def test_a_report_is_what_publish_then_does_and_writes_nothing(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    found = next_issue_preview(home, by_hand=True, at=AT)
    assert not home.var.exists()
    assert not home.outbox.exists()
    done = publish(home, at=AT)
    assert done.preview.draft == found.draft
    before = stored(home)
    write_summary(home, "next")
    assert next_issue_preview(home, by_hand=True, at=AT + HOUR).draft.issue is not None
    assert stored(home) == before


@on_both
def test_an_edit_after_sending_sends_nothing_again(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    for path in (home.root / "summaries").glob("*.md"):
        path.write_text(path.read_text().replace("Cautions\n", "Cautions\nMended. "))
    assert isinstance(publish(home, at=AT + HOUR), NothingNew)


@on_both
def test_a_backup_from_amid_the_publishing_repeats_nothing(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    backups = []

    def back_up(step: Step) -> None:
        if step is Step.SELECTED:
            backups.append(backup_of(home))

    publish(home, at=AT, reached=back_up)
    record = home.record(1).read_bytes()
    shutil.rmtree(home.var)
    home.var.mkdir()
    put_back(home, *backups)
    (home.outbox / "new" / "0001").rename(home.outbox / "sent" / "0001")
    publish(home, at=AT + HOUR)
    assert not list((home.outbox / "new").iterdir())
    assert home.record(1).read_bytes() == record


@on_both
def test_another_newsletter_id_is_refused_once_an_issue_is_out(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    text = home.settings.read_text().replace("tag:example.org,2026:", "tag:example.org,2027:")
    home.settings.write_text(text)
    with pytest.raises(
        SettingsError, match=r"newsletter\.id is no longer 'tag:example\.org,2026:"
    ) as refused:
        publish(home, at=AT + HOUR)
    # Who shares the database with another newsletter is not told to start that one over.
    shared = load_settings(home.settings).newsletter.database == "postgresql"
    assert ("MSNEWSLETTER_DATABASE_URL" in str(refused.value)) is shared
    assert ("msnewsletter reset" in str(refused.value)) is not shared
