"""Broken settings, broken databases, full disks, two at once: one line each, and nothing is lost.

All of it through the real program, as an editor would meet it.
"""

from __future__ import annotations

import fcntl
import json
import random
import resource
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import termios
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from chance import seed
from databases import lose_database, on_both, rows
from homes import AT, command, empty_home, published_tree, sample_home, write_summary
from msnewsletter.disk.lock import locked
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.session import Step
from msnewsletter.settings import load_settings
from msnewsletter.store import location_of

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

WHEN = AT.isoformat()


def refused(home: Home, *words: str, **options: Any) -> str:
    """Run a command that must fail with one clear line; returns the line."""
    done = command(home, *words, **options)
    assert done.returncode == 1, done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("msnewsletter: ")
    return lines[0].removeprefix("msnewsletter: ")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("title = ", "newsletter.toml:8: it is not TOML"),
        ('titel = "x"', "newsletter.toml:8: there is no setting 'newsletter.titel'; did you mean"),
        ('title = ""', "newsletter.toml:8: newsletter.title = ''"),
        ('title = "a\\u0000b"', "newsletter.toml:8: newsletter.title"),
        ("title = 3", "newsletter.toml:8: newsletter.title = 3"),
    ],
)
def test_a_broken_setting_names_its_line(tmp_path: Path, line: str, said: str) -> None:
    home = sample_home(tmp_path)
    lines = home.settings.read_text().splitlines()
    at = next(i for i, text in enumerate(lines) if text.startswith("title"))
    lines[at] = line
    home.settings.write_text("\n" * (7 - at) + "\n".join(lines))
    assert refused(home, "publish").startswith(said)
    assert not home.outbox.exists()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("zone", '"Europe/Berln"', "did you mean 'Europe/Berlin'"),
        ("from_address", '"a@b.org\\nBcc: x@y.org"', "control character"),
        ("from_address", '"nobody"', "not a valid e-mail address"),
        ("subject", '"{secret}"', "it may use {count}"),
        ("subject", '"{title.__class__}"', "it may use {count}"),
        ("site", '"notes.example.org"', "https or http"),
        ("unsubscribe_url", '"http://example.org/u/"', "not a valid https address"),
        ("start", "2026-10-01T08:00:00", "start"),
        ("id", '"my newsletter"', "permanent id"),
        ("limit", "3", "greater than or equal to 40"),
    ],
)
def test_a_setting_with_a_bad_value_says_what_it_may_be(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    home = empty_home(tmp_path, **{name: value})
    assert said in refused(home, "publish")


def test_a_folder_that_is_no_home_is_told_how_to_become_one(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    done = command(empty_home(tmp_path / "x"), "--home", str(tmp_path / "home"), "publish")
    assert "msnewsletter init" in done.stderr


@pytest.mark.parametrize("place", ["file/home", "file", "/proc/home"])
def test_a_place_where_no_home_can_be_is_one_line_that_names_it(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("in the way")
    line = refused(empty_home(tmp_path / "x"), "init", "--samples", str(tmp_path / place))
    if place.startswith("file"):
        assert line == f"{tmp_path / 'file'}: it is not a folder; name another folder"
    else:
        assert line.startswith(f"{tmp_path / place}: cannot be written (")


def test_a_home_is_never_laid_out_over_another(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    before = home.settings.read_bytes()
    assert "there is a home here already" in refused(home, "init", str(tmp_path))
    assert home.settings.read_bytes() == before
    assert not list((home.root / "summaries").iterdir())


@pytest.mark.sqlite("it breaks the database's file")
def test_a_broken_database_is_named_and_comes_back_from_the_records(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    before = published_tree(home)
    home.database.write_bytes(b"this is no database " * 500)
    line = refused(home, "publish")
    assert line.startswith("var/newsletter.db: it is broken")
    assert "rebuilt from issues/" in line
    shutil.rmtree(home.var)
    assert command(home, "publish", "--at", "2026-11-24T08:00").returncode == 0
    assert published_tree(home) == before


@pytest.mark.chance
@pytest.mark.sqlite("it changes bytes of the database's file")
def test_a_database_with_changed_bytes_is_one_line_or_still_good(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    whole, chance = home.database.read_bytes(), random.Random(seed(2))
    refusals = []
    for changes in [1, 10, 100, 1_000] * 10:
        damaged = bytearray(whole)
        for _ in range(changes):
            damaged[chance.randrange(100, len(damaged))] = chance.randrange(256)
        shutil.rmtree(home.var)
        home.var.mkdir()
        home.database.write_bytes(damaged)
        for look in (partial(next_issue_preview, by_hand=True), publish):
            try:
                look(home, at=AT + timedelta(days=1))
            except NewsletterError as error:
                refusals.append(str(error))
    assert len(refusals) > 40
    assert all(line.startswith("var/newsletter.db: ") for line in refusals), refusals
    assert max(map(len, refusals)) < 300


@pytest.mark.sqlite("it changes bytes of the database's file")
@pytest.mark.parametrize("damage", [b"\x01", b"\xff", b"}"])
def test_a_row_that_no_longer_reads_is_one_line(tmp_path: Path, damage: bytes) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    data = home.database.read_bytes()
    home.database.write_bytes(data.replace(b'"why":"', b'"why":' + damage))
    assert refused(home, "publish").startswith("var/newsletter.db: it is broken (")


@on_both
def test_an_entry_that_no_longer_reads_is_one_line_that_names_the_database(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    rows(home, "UPDATE entries SET document = '{'")
    name = location_of(home, load_settings(home.settings)).shown
    assert refused(home, "publish").startswith(f"{name}: it is broken (")


@on_both
def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    rows(home, "UPDATE alembic_version SET version_num = '9999'")
    assert "newer msnewsletter" in refused(home, "publish")


@pytest.mark.sqlite("tests/postgres tries it there")
def test_a_foreign_database_is_left_alone(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    home.var.mkdir()
    with sqlite3.connect(home.database) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    assert "not one of msnewsletter's" in refused(home, "publish")


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"format": 99}', b"\xff", b"[" * 100_000])
def test_a_broken_record_stops_a_rebuilding_with_one_line(tmp_path: Path, damage: bytes) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    lose_database(home)
    home.record(1).write_bytes(damage)
    assert refused(home, "publish").startswith("issues/0001.json: ")


def test_a_second_publisher_is_told_that_the_first_is_at_work(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    with locked(home):
        assert "another msnewsletter is at work here" in refused(home, "publish")
    assert command(home, "publish", "--at", WHEN).returncode == 0


def test_two_publishers_at_once_make_one_issue(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    words = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "publish"]
    racers = [
        subprocess.Popen([*words, "--at", WHEN], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    said = [racer.communicate()[1] for racer in racers]
    assert 0 in [racer.returncode for racer in racers]
    assert all(text.count("\n") <= 1 and "Traceback" not in text for text in said)
    assert [path.name for path in (home.outbox / "new").iterdir()] == ["0001"]


def test_a_full_disk_loses_nothing_and_the_next_run_finishes(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    publish(home, at=AT)
    big = write_summary(home, "big")
    big.write_text(big.read_text() + "It was looked at again. " * 2_000)
    size = 20_000  # bytes that any one file may have: the kernel refuses what is beyond

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    line = refused(home, "publish", "--at", "2026-11-24T08:00", preexec_fn=limited)
    assert "the disk" in line
    assert command(home, "publish", "--at", "2026-11-25T08:00").returncode == 0
    folders = sorted(path.name for path in (home.outbox / "new").iterdir())
    assert folders == ["0001", "0002"]
    sent = [json.loads(path.read_bytes()) for path in sorted(home.records.iterdir())]
    assert [len(record["issue"]["entries"]) for record in sent] == [8, 1]


def test_a_read_only_outbox_loses_nothing(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    blocked = home.outbox / "new"
    blocked.mkdir(parents=True)
    blocked.chmod(0o555)
    line = refused(home, "publish", "--at", WHEN, anyone=True)
    assert line.startswith("outbox/")
    assert "cannot be written" in line
    blocked.chmod(0o755)
    assert command(home, "publish", "--at", "2026-11-24T08:00").returncode == 0
    assert [path.name for path in blocked.iterdir()] == ["0001"]


def test_a_source_that_cannot_be_listed_does_not_pass_for_a_week_without_news(
    tmp_path: Path,
) -> None:
    home = sample_home(tmp_path / "home")
    closed = home.root / "summaries"
    closed.chmod(0o000)
    line = refused(home, "publish", "--at", WHEN, anyone=True)
    assert line == (
        "newsletter.toml: the source 'summaries' cannot be read (Permission denied); "
        "check the path and its permissions"
    )
    closed.chmod(0o755)
    assert command(home, "publish", "--at", WHEN).returncode == 0


def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    home.outbox.write_text("in the way")
    assert refused(home, "publish").startswith("outbox")


@pytest.mark.parametrize("moment", ["yesterday", "2026-11-23", "2026-13-01T08:00", ""])
def test_a_moment_that_is_none_is_wrong_usage(tmp_path: Path, moment: str) -> None:
    done = command(sample_home(tmp_path), "publish", "--at", moment)
    assert done.returncode == 2
    assert "is not a date and time" in done.stderr


def test_ctrl_c_is_one_line_that_says_how_to_go_on(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    for number in range(1_000):
        write_summary(home, f"later-{number}", "2099-01-01")
    words = [sys.executable, "-m", "msnewsletter", "--home", str(home.root), "publish"]
    with subprocess.Popen(
        [*words, "--dry-run", "--at", WHEN],
        stdout=subprocess.PIPE,  # it is soon full, and who writes then waits for a reader
        stderr=subprocess.PIPE,
        text=True,
        # What runs in the background of a shell would not hear of it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as publishing:
        assert publishing.stdout
        full, size = fcntl.fcntl(publishing.stdout, fcntl.F_GETPIPE_SZ), bytearray(4)
        while int.from_bytes(size, sys.byteorder) < full - select.PIPE_BUF:
            assert publishing.poll() is None
            fcntl.ioctl(publishing.stdout, termios.FIONREAD, size)
        publishing.send_signal(signal.SIGINT)
        _, said = publishing.communicate(timeout=60)
    line = said.splitlines()[-1]
    assert line.startswith("msnewsletter: publish: interrupted; run it again")
    assert "Traceback" not in said
    assert publishing.returncode == 130
    assert publish(home, at=AT).preview


def test_a_rehearsal_and_a_check_tell_of_an_issue_that_was_interrupted(tmp_path: Path) -> None:
    home = sample_home(tmp_path)

    def killed(step: Step) -> None:
        if step is Step.PAGES:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(home, at=AT, reached=killed)
    later = ("--at", "2026-11-24T08:00")
    for words in (("publish", "--dry-run"), ("check",), ("status",)):
        said = command(home, *words, *later).stdout
        assert "Issue 1 was interrupted; the next publish finishes it." in said
    assert "it is published to the outbox now" in command(home, "publish", *later).stdout
    assert "interrupted" not in command(home, "check", *later).stdout
