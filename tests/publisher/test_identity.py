"""A key is one study for ever: edits, copies, renames and re-use double or lose nothing."""

from __future__ import annotations

import json
import os
import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import backup_of, lose_database, on_both, put_back, stored
from homes import AT, empty_home, published_tree, sample_home, write_summary
from msnewsletter.errors import RecordError, RefusedError, SettingsError, TemplateError
from msnewsletter.model import HoldReason
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.preview import next_issue_preview, rehearse
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)


def keys(home: Home, number: int) -> list[str]:
    record = json.loads(home.record(number).read_bytes())
    return [entry["summary"]["key"] for entry in record["issue"]["entries"]]


def complaints(home: Home) -> list[str]:
    return [
        str(one) for one in next_issue_preview(home, by_hand=True, at=AT + HOUR).collected.refused
    ]


def age(home: Home) -> None:
    """Collect twice with the files old enough to be trusted, as on any later day."""
    for path in (home.root / "summaries").iterdir():
        long_ago = AT.timestamp()
        os.utime(path, (long_ago, long_ago))
    collect_now(home, at=AT - HOUR)
    collect_now(home, at=AT - HOUR)


def test_a_pending_summary_that_was_given_another_key_goes_out_once(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "x", "2026-11-20")
    age(home)
    path.write_text(path.read_text().replace("key: x", "key: y"))
    age(home)
    publish(home, at=AT)
    assert keys(home, 1) == ["y"]
    held = next_issue_preview(home, by_hand=True, at=AT + HOUR).draft.held
    assert [(one.summary.key, one.because) for one in held] == [("x", HoldReason.GONE)]


def test_an_object_taken_out_of_a_json_file_does_not_go_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = home.root / "summaries" / "all.json"
    one = {"headline": "H", "found": "F", "why_it_matters": "W", "cautions": "C"}
    both = [one | {"key": key, "published": "2026-11-20"} for key in "ab"]
    path.write_text(json.dumps(both))
    age(home)
    path.write_text(json.dumps(both[:1]))
    age(home)
    publish(home, at=AT)
    assert keys(home, 1) == ["a"]


def test_a_key_that_was_sent_cannot_pass_to_another_study(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "weekly", "2026-11-20")
    publish(home, at=AT)
    page = published_tree(home)
    text = path.read_text().replace("2026-11-20", "2026-11-23")
    path.write_text(text.replace("What we know of weekly", "Another study altogether"))
    [line] = complaints(home)
    assert "key 'weekly' is that of another study, in issue 1: 'What we know of weekly.'" in line
    publish(home, at=AT + HOUR)
    assert {name: published_tree(home)[name] for name in page} == page


@pytest.mark.parametrize("touched", [False, True])
def test_whoever_had_a_key_keeps_it(tmp_path: Path, *, touched: bool) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "b")
    collect_now(home, at=AT - HOUR)
    path = write_summary(home, "a")
    path.write_text(path.read_text().replace("key: a", "key: b"))
    if touched:
        write_summary(home, "b", tags="[edited]")
    [line] = complaints(home)
    assert line.startswith("summaries/a.md: key 'b' is already that of summaries/b.md")
    publish(home, at=AT)
    assert "What we know of b." in home.record(1).read_text()


def test_a_baseline_summary_with_a_mended_date_is_pointed_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "typo", "2025-11-20")
    write_summary(home, "fine")
    publish(home, at=AT)
    write_summary(home, "typo", "2026-11-20")
    notes = [
        str(one) for one in next_issue_preview(home, by_hand=True, at=AT + HOUR).collected.warned
    ]
    assert len(notes) == 1
    assert "give it another key to send it after all" in notes[0]


def test_the_same_text_twice_in_one_issue_is_pointed_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    (path.parent / "b.md").write_text(path.read_text().replace("key: a", "key: b"))
    assert "word for word" in next_issue_preview(home, by_hand=True, at=AT).draft.warned[0].text


def test_a_changed_file_is_read_again_even_if_size_and_time_were_put_back(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a", "2026-12-20")
    age(home)
    before = path.stat()
    path.write_text(path.read_text().replace("may help", "can hurt"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    publish(home, at=AT + timedelta(days=40))
    assert "can hurt" in home.record(1).read_text()


@on_both
def test_a_missing_record_in_between_stops_an_older_database_too(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    backup = backup_of(home)
    for number, key in enumerate("bc", start=1):
        write_summary(home, key)
        publish(home, at=AT + number * HOUR)
    put_back(home, backup)
    home.record(2).unlink()
    with pytest.raises(RecordError, match=r"issues/0002\.json: it is missing"):
        publish(home, at=AT + 3 * HOUR)


@on_both
def test_a_report_beside_an_older_database_says_what_publish_will_do(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    backup = backup_of(home)
    write_summary(home, "b")
    publish(home, at=AT + HOUR)
    put_back(home, backup)
    before = stored(home)
    found = next_issue_preview(home, by_hand=True, at=AT + 2 * HOUR)
    assert found.draft.issue is None
    assert found.number == 3
    assert stored(home) == before
    assert publish(home, at=AT + 2 * HOUR).recovered == ()


def test_a_site_page_is_proof_enough_that_an_issue_went_out(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    lose_database(home)
    shutil.rmtree(home.records)
    shutil.rmtree(home.outbox / "new")
    with pytest.raises(RefusedError, match=r"archive/0001/feed\.json: issue 1 went out"):
        publish(home, at=AT + HOUR)


def test_a_lost_site_is_made_again_even_when_nothing_is_new(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    for number, key in enumerate("abc"):
        write_summary(home, key)
        publish(home, at=AT + number * HOUR)
    before = published_tree(home)
    shutil.rmtree(home.site)
    publish(home, at=AT + 4 * HOUR)
    assert published_tree(home) == before


@pytest.mark.parametrize("name", ["digest.mjml.j2", "site/summary.html.j2", "site/home.html.j2"])
def test_a_broken_template_is_noticed_before_anything_is_fixed(tmp_path: Path, name: str) -> None:
    home = sample_home(tmp_path)
    broken = home.templates / name
    broken.parent.mkdir(parents=True)
    broken.write_text("{% if %}")
    with pytest.raises(TemplateError, match=name):
        next_issue_preview(home, by_hand=True, at=AT).require_rendered()
    with pytest.raises(TemplateError, match=name):
        publish(home, at=AT)
    assert not (home.outbox / "new").exists() or not list((home.outbox / "new").iterdir())
    broken.unlink()
    publish(home, at=AT)
    assert home.record(1).exists()


def test_a_rehearsal_refuses_what_publishing_would(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    broken = home.templates / "digest.mjml.j2"
    broken.parent.mkdir(parents=True)
    broken.write_text("{% if %}")
    with pytest.raises(TemplateError):
        rehearse(home, at=AT)
    broken.unlink()
    found = rehearse(home, at=AT)
    assert not home.outbox.exists()
    assert publish(home, at=AT).preview.draft == found.draft
    assert rehearse(home, at=AT).taken is not None
    with pytest.raises(RefusedError, match="before the last slot"):
        rehearse(home, at=AT - HOUR)


def test_a_source_that_is_not_there_is_no_week_without_news(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    shutil.rmtree(home.root / "summaries")
    with pytest.raises(SettingsError, match="the source 'summaries' is missing"):
        publish(home, at=AT)
