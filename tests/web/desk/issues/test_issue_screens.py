"""The tab "Issues": what is out, each as it was frozen, and its files to keep."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, sample_home, write_summary
from msnewsletter.home import packaged_home
from msnewsletter.publisher.past_issues import past_issue
from msnewsletter.publisher.publish import publish
from msnewsletter.web.desk.issues.issue_archive import issue_archive
from web.desk.desk_client import DeskClient, Screen

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def published(root: Path) -> Home:
    home = sample_home(root / "home")
    publish(home, at=AT)
    return home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return published(tmp_path_factory.mktemp("issues"))


def download(home: Home) -> Screen:
    return DeskClient(home, AT).get("/issues/1/download")


def test_what_is_downloaded_is_what_went_out_byte_for_byte(home: Home) -> None:
    answer = download(home)
    assert answer.headers["content-disposition"] == 'attachment; filename="issue-0001.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
        assert archive.comment == b"Every file is the same as what went out."
    out = home.outbox / "new/0001"
    assert {f"0001/{path.name}": path.read_bytes() for path in out.iterdir()} == files


def test_each_file_has_the_hash_that_the_manifest_gives(home: Home) -> None:
    with zipfile.ZipFile(io.BytesIO(download(home).body)) as archive:
        manifest = json.loads(archive.read("0001/manifest.json"))
        for name, said in manifest["files"].items():
            assert sha256(archive.read(f"0001/{name}")).hexdigest() == said["sha256"]


def test_the_same_issue_gives_the_same_archive(home: Home) -> None:
    assert issue_archive(past_issue(home, 1)) == issue_archive(past_issue(home, 1))


def test_an_issue_whose_templates_have_changed_says_which_files_differ(tmp_path: Path) -> None:
    home = published(tmp_path)
    home.templates.mkdir()
    usual = (packaged_home() / "templates" / "digest.txt.j2").read_text()
    (home.templates / "digest.txt.j2").write_text(f"{usual}\nOne more line.\n")
    with zipfile.ZipFile(io.BytesIO(download(home).body)) as archive:
        assert b"digest.txt" in archive.comment
    assert "differ from what went out" in DeskClient(home, AT).get("/issues/1").markup


@pytest.mark.parametrize("number", ["0", "2", "-1", "1.0", "9" * 30, "9" * 5000, "%F0", "..%2fx"])
def test_an_issue_that_is_not_there_is_answered_in_one_line(home: Home, number: str) -> None:
    for path in ("", "/download", "/files/digest.html"):
        answer = DeskClient(home, AT).get(f"/issues/{number}{path}")
        assert answer.status in {404, 409}
        assert "Traceback" not in answer.markup


@pytest.mark.parametrize("digits", [300, 5000])
def test_no_such_issue_is_compared_with(home: Home, digits: int) -> None:
    compared = DeskClient(home, AT).get(f"/issues/1?view=compare&against={'9' * digits}")
    assert "This is the first issue" in compared.words or "no such issue" in compared.words


@pytest.mark.parametrize("spoiled", ["", "{", None], ids=["empty", "no JSON", "missing"])
def test_a_record_that_cannot_be_read_is_named_and_the_others_are_listed(
    tmp_path: Path, spoiled: str | None
) -> None:
    home = published(tmp_path)
    for number in (2, 3):
        write_summary(home, f"later-{number}", "2026-11-23")
        publish(home, at=AT + timedelta(days=number))
    record = home.record(2)
    record.unlink() if spoiled is None else record.write_text(spoiled)
    screen = DeskClient(home, AT + timedelta(days=4)).get("/issues")
    assert screen.status == 200
    assert [screen.links(f"Issue {number}") for number in (3, 2, 1)] == [
        ["/issues/3"],
        [],
        ["/issues/1"],
    ]
    assert "issues/0002.json: " in screen.words
    assert "Remedy: restore it from a backup" in screen.words


def test_before_the_first_issue_the_list_says_so(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "sleep")
    assert "Nothing is published yet." in DeskClient(home, AT).get("/issues").markup
