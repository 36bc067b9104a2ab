"""`retractions`: every summary with a number is compared, and nothing changes unasked."""

from __future__ import annotations

import json
import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from databases import on_both
from fetched_homes import fetched_summary
from fetching import FEED, SITE, fields_of, keep, page_source, read_at
from homes import AT, FOLDER, command, empty_home, name_sources, tree, write_summary
from msnewsletter.model import Status
from msnewsletter.publisher.choose import choose
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from msnewsletter.publisher.retraction_check import last_check
from msnewsletter.publisher.retractions import RetractionReport, check_retractions
from msnewsletter.publisher.takedown import take_down
from retraction_watch import notice, table

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


def compared(
    home: Home, *rows: dict[str, str], apply: bool = False, at: datetime = AT
) -> RetractionReport:
    path = home.root.with_name("rw.csv")
    path.write_bytes(table(*rows))
    return check_retractions(home, path, at=at, apply=apply)


def proposed(report: RetractionReport) -> list[str]:
    return [f"{one.key} ({one.where}): {one.after}" for one in report.proposals]


@on_both
def test_what_was_sent_waits_or_is_held_is_compared(tmp_path: Path) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "sent", doi="10.1000/sent")
    publish(home, at=AT)
    write_summary(home, "waits", pmid="38012345")
    write_summary(home, "later", published="2099-01-01", doi="10.1000/later")
    collect_now(home, at=AT)
    write_summary(home, "uncollected", doi="10.1000/new")
    write_summary(home, "none")
    report = compared(
        home,
        notice("10.1000/SENT"),
        notice(pmid="38012345", RetractionNature="Expression of concern"),
        notice("10.1000/later"),
        notice("10.1000/new"),
        notice("10.1000/nobody"),
    )
    assert proposed(report) == [
        "later (waits): retracted",
        "sent (in issue 1): retracted",
        "uncollected (waits): retracted",
        "waits (waits): expression of concern",
    ]
    assert report.studies == 4


def test_nothing_changes_without_a_word_but_the_memory_of_the_check(home: Home) -> None:
    write_summary(home, "a", doi="10.1000/a")
    before = tree(home.root)
    assert compared(home, notice("10.1000/a")).left
    assert {**tree(home.root), "home/var/retractions.json": b""} == {
        **before,
        "home/var/retractions.json": b"",
    }


def test_what_is_applied_is_announced_by_the_next_issue_and_proposed_once(home: Home) -> None:
    path = write_summary(home, "a", doi="10.1000/a", tags="gut # mine")
    publish(home, at=AT)
    before = path.read_text()
    report = compared(home, notice("10.1000/a"), apply=True, at=AT + DAY)
    assert report.left == ()
    lines = path.read_text().splitlines()
    assert [line for line in before.splitlines() if line not in lines] == []
    assert "status: retracted" in lines
    assert not compared(home, notice("10.1000/a"), at=AT + DAY).proposals
    released = publish(home, at=AT + 7 * DAY)
    assert isinstance(released, Released)
    [correction] = released.issue.corrections
    assert correction.status is Status.RETRACTED
    assert "https://doi.org/10.1000/notice.1" in (correction.note or "")
    assert not compared(home, notice("10.1000/a"), at=AT + 8 * DAY).proposals


def test_a_reinstatement_brings_the_summary_back(home: Home) -> None:
    path = write_summary(home, "a", doi="10.1000/a", status="retracted", note="Was wrong.")
    rows = (
        notice("10.1000/a"),
        notice("10.1000/a", RetractionNature="Reinstatement", RetractionDate="4/1/2026 0:00"),
    )
    assert proposed(compared(home, *rows, apply=True)) == ["a (waits): live"]
    assert "status:" not in path.read_text()
    assert "it was reinstated on 1 April 2026" in path.read_text()


def test_of_several_rows_for_one_study_one_proposal_is_made(home: Home) -> None:
    write_summary(home, "a", doi="10.1000/a", pmid="38012345")
    rows = [notice("10.1000/a", "38012345", **{"Record ID": str(number)}) for number in range(4)]
    assert len(compared(home, *rows).proposals) == 1


def test_a_summary_whose_file_is_gone_gets_a_new_one_of_its_key(home: Home) -> None:
    path = write_summary(home, "a", doi="10.1000/a")
    publish(home, at=AT)
    path.unlink()
    [one] = compared(home, notice("10.1000/a"), apply=True).proposals
    assert one.path == "summaries/a.md"
    text = (home.root / one.path).read_text()
    assert "key: a\n" in text
    assert "status: retracted\n" in text
    released = publish(home, at=AT + 7 * DAY)
    assert isinstance(released, Released)
    assert [correction.key for correction in released.issue.corrections] == ["a"]


def test_a_fetched_summary_gets_a_file_of_its_key_in_the_folder(home: Home) -> None:
    with fetched_summary(home, "https://doi.org/10.1000/a") as key:
        [one] = compared(home, notice("10.1000/a"), apply=True).proposals
    assert one.path == "summaries/a-example-walks-92aa1c.md"  # as any file that overrides it
    text = (home.root / one.path).read_text()
    assert f"key: {key}\n" in text.replace('"', "")
    assert "status: retracted\n" in text
    assert "It may help." in text


def test_a_json_file_is_left_to_its_editor(home: Home) -> None:
    document = {"key": "a", "headline": "H of a", "found": "F.", "why_it_matters": "W."}
    path = home.root / "summaries" / "all.json"
    path.write_text(json.dumps([document | {"cautions": "C.", "doi": "10.1000/a"}]))
    before = path.read_bytes()
    report = compared(home, notice("10.1000/a"), apply=True)
    [one] = report.left
    assert "is JSON" in one.by_hand
    assert path.read_bytes() == before


def test_what_was_taken_back_or_taken_down_is_not_proposed(home: Home) -> None:
    write_summary(home, "ours", doi="10.1000/a", status="withdrawn", note="We were wrong.")
    write_summary(home, "down", doi="10.1000/b")
    publish(home, at=AT)
    take_down(home, "down", reason="law", note=None, at=AT + DAY)
    report = compared(home, notice("10.1000/a"), notice("10.1000/b"), at=AT + DAY)
    assert report.proposals == ()


def test_the_last_comparison_is_remembered_and_a_bad_table_is_none(home: Home) -> None:
    write_summary(home, "a", doi="10.1000/a")
    path = home.root.with_name("rw.csv")
    path.write_text("<html>")
    done = command(home, "retractions", str(path))
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert last_check(home) is None
    path.write_bytes(table(notice("10.1000/a")))
    written = (AT - 3 * DAY).timestamp()
    os.utime(path, (written, written))
    check_retractions(home, path, at=AT)
    check = last_check(home)
    assert check
    assert check.standing() == (
        "compared on 2026-11-23 with a file of 2026-11-20, whose newest notice is of 2026-03-12; "
        "of what was proposed, 1 not applied then"
    )
    assert check.reminder(AT + 60 * DAY) == ""
    assert "61 days ago" in check.reminder(AT + 61 * DAY)


def test_status_and_doctor_say_when_it_was(home: Home) -> None:
    write_summary(home, "a", doi="10.1000/a")
    for verb in ("status", "doctor"):
        assert "compared" not in command(home, verb).stdout
    compared(home, notice("10.1000/b"))
    said = "compared on 2026-11-23 with a file of"
    assert said in command(home, "status", "--at", AT.isoformat()).stdout
    late = command(home, "status", "--at", (AT + 100 * DAY).isoformat())
    assert "100 days ago" in late.stderr
    assert "compared" in command(home, "doctor").stdout


@pytest.mark.parametrize("options", [(), ("--apply",)])
def test_the_exit_code_says_whether_something_is_left_to_do(
    home: Home, options: tuple[str, ...]
) -> None:
    write_summary(home, "a", doi="10.1000/a")
    path = home.root.with_name("rw.csv")
    path.write_bytes(table(notice("10.1000/a")))
    done = command(home, "retractions", str(path), *options)
    assert done.returncode == (0 if options else 1)
    assert "+status: retracted" in done.stdout
    again = command(home, "retractions", str(path), *options)
    assert again.returncode == (0 if options else 1)


def test_the_json_is_as_its_schema_says(home: Home, root: Path) -> None:
    schema: dict[str, Any] = json.loads(
        (root / "docs" / "schemas" / "retractions.json").read_text()
    )
    write_summary(home, "a", doi="10.1000/a")
    write_summary(home, "b", doi="10.1000/b")
    path = home.root.with_name("rw.csv")
    rows = notice("10.1000/a"), notice("10.1000/b", RetractionNature="Correction")
    for content in (table(*rows), table(notice())):
        path.write_bytes(content)
        printed = json.loads(command(home, "retractions", str(path), "--json").stdout)
        assert not [str(error) for error in Draft202012Validator(schema).iter_errors(printed)]


def test_a_study_of_two_sources_is_proposed_once_and_applied_once(home: Home) -> None:
    doi, key = "10.1000/a", "example.org/a"
    name_sources(home, page_source(), page_source(FEED), FOLDER)
    before = AT - DAY
    keep(home, SITE, read_at("https://example.org/a", fields_of("a", doi=doi)), at=before)
    other = fields_of("a", doi=doi, pmid="38012345")
    keep(home, FEED, read_at("https://other.example/17", other), at=before)
    publish(home, at=AT)
    rows = (notice(doi), notice(pmid="38012345"))
    report = compared(home, *rows, apply=True, at=AT + DAY)
    assert proposed(report) == [f"{key} (in issue 1): retracted"]
    assert report.studies == 1
    files = sorted((home.root / "summaries").iterdir())
    assert len(files) == 1
    for at in (AT + DAY, AT + 2 * DAY):
        assert not compared(home, *rows, apply=True, at=at).proposals
        released = publish(home, at=at)
        if at == AT + DAY:
            assert isinstance(released, Released)
            assert [(one.key, one.status) for one in released.issue.corrections] == [
                (key, Status.RETRACTED)
            ]
    assert sorted((home.root / "summaries").iterdir()) == files


def test_after_a_choice_the_file_alone_is_changed(home: Home) -> None:
    doi = "10.1000/a"
    name_sources(home, page_source(), page_source(FEED), FOLDER)
    keep(home, SITE, read_at("https://example.org/a", fields_of("a", doi=doi)), at=AT)
    other = fields_of("a", doi=doi, found="Quite another thing was found.")
    keep(home, FEED, read_at("https://other.example/17", other), at=AT)
    place = choose(home, "example.org/a", source=FEED, at=AT).place
    [one] = compared(home, notice(doi), apply=True).proposals
    assert (one.path, one.applied) == (place, True)
    assert not compared(home, notice(doi)).proposals
