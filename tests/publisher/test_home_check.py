"""`doctor` checks what it says: every folder and file of a home, and all of the database."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import msnewsletter
from homes import AT, command, sample_home
from msnewsletter.errors import NewsletterError, StoreError
from msnewsletter.home import Home
from msnewsletter.publisher.home_check import examine_home
from msnewsletter.publisher.opening import examine_database
from msnewsletter.publisher.publish import publish

SELF = os.geteuid()
# How a module names its JSON file in var/.
KEPT_IN_VAR = re.compile(r'(?:^_NAME = |home\.var / )"(\w+\.json)"$', re.MULTILINE)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = sample_home(tmp_path_factory.mktemp("published") / "home")
    (home.templates / "site").mkdir(parents=True)
    publish(home, at=AT)
    return home


@pytest.fixture
def home(once: Home, tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    shutil.copytree(once.root, home.root)
    return home


def test_a_home_that_is_well_is_said_to_be(home: Home) -> None:
    assert examine_home(home, user=SELF) == "its folders and files can be read and written"
    assert examine_database(home) == "var/newsletter.db is intact"


def test_who_only_looks_is_told_who_has_to_write(home: Home) -> None:
    said = examine_home(home, user=SELF + 1)
    assert said.endswith(f"who works here, user {SELF}, has to write them")


@pytest.mark.parametrize(
    "name",
    [
        *("issues/next.md", "issues/0001.json", "issues/takedowns.json", "glossary.md"),
        *("templates/site/home.html.j2", "var/lock", "var/begun", "var/newsletter.db"),
        *("var/clock.json", "var/clock.lock", "outbox/site/index.html", "outbox/site/x/y"),
        *("var/site.json", "var/hub.json", "var/notify.json", "var/restored.json", ".reset"),
        *("var/imported.json", "var/retractions.json"),
    ],
)
def test_a_pipe_in_place_of_any_file_is_named(home: Home, name: str) -> None:
    path = home.root / name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    with pytest.raises(NewsletterError) as refused:
        examine_home(home, user=SELF)
    assert refused.value.place == name
    assert refused.value.problem in {"is a pipe, a socket or a device", "is no regular file"}


def test_every_json_file_that_a_module_keeps_in_var_is_looked_at(home: Home) -> None:
    source = Path(msnewsletter.__file__).parent
    rooms = [source / name for name in ("publisher", "clock", "store", "web")]
    kept = {
        name
        for room in rooms
        for path in room.rglob("*.py")
        for name in KEPT_IN_VAR.findall(path.read_text())
    }
    assert kept >= {"clock.json", "hub.json", "notify.json", "restored.json", "site.json"}
    for name in kept:
        (home.var / name).unlink(missing_ok=True)
        (home.var / name).mkdir()
        with pytest.raises(NewsletterError, match=f"^var/{name}: is a folder"):
            examine_home(home, user=SELF)
        (home.var / name).rmdir()


@pytest.mark.parametrize(
    "name",
    [
        *("var", "issues", "outbox", "outbox/tmp", "outbox/site", "outbox/sending", "outbox/sent"),
        *("outbox/withdrawn", "outbox/redirects", "var/delivery", "var/workers", "var/sources"),
    ],
)
def test_a_file_or_a_link_to_nothing_in_place_of_a_folder_is_named(home: Home, name: str) -> None:
    shutil.rmtree(home.root / name, ignore_errors=True)
    (home.root / name).touch()
    with pytest.raises(NewsletterError, match=f"^{name}: is no folder"):
        examine_home(home, user=SELF)
    (home.root / name).unlink()
    (home.root / name).symlink_to("nowhere")
    with pytest.raises(NewsletterError, match=f"^{name}: is a link to a folder that is not there"):
        examine_home(home, user=SELF)


@pytest.mark.parametrize("name", ["summaries", "templates"])
def test_a_file_in_place_of_a_folder_of_an_editors_is_named_and_nothing_goes_out(
    home: Home, name: str
) -> None:
    shutil.rmtree(home.root / name, ignore_errors=True)
    (home.root / name).write_text("# A text\n")
    with pytest.raises(NewsletterError, match=name):
        examine_home(home, user=SELF)
    assert re.search(rf"^BAD .*{name}", command(home, "doctor").stdout, re.MULTILINE)
    done = command(home, "publish", "--at", "2026-11-24T08:00")
    assert done.returncode == 1
    assert name in done.stderr


def test_a_home_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(NewsletterError, match="cannot be read"):
        examine_home(Home(tmp_path / "nowhere"), user=SELF)


@pytest.mark.parametrize(
    ("name", "mode", "said"),
    [
        ("outbox/new", 0o555, "outbox/new: cannot be written"),
        ("outbox/tmp", 0o555, "outbox/tmp: cannot be written"),
        ("outbox/site", 0o555, "outbox/site: cannot be written"),
        ("issues", 0o555, "issues: cannot be written"),
        ("var/lock", 0o444, "var/lock: cannot be written"),
        ("issues/0001.json", 0o000, "issues/0001.json: cannot be read"),
        ("outbox/site/summaries", 0o000, "outbox/site/summaries: cannot be read"),
        ("templates/site", 0o000, "templates/site: cannot be read"),
        ("summaries", 0o000, "the source 'summaries' cannot be read"),
    ],
)
def test_doctor_names_what_may_not_be_read_or_written(
    home: Home, name: str, mode: int, said: str
) -> None:
    path = home.root / name
    before = path.stat().st_mode
    path.chmod(mode)
    done = command(home, "doctor", anyone=True)
    path.chmod(before)
    assert done.returncode == 1
    assert any(said in line for line in done.stdout.splitlines() if line.startswith("BAD"))


def test_a_document_that_one_turned_bit_has_spoilt_is_found(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as base:
        base.execute("UPDATE entries SET document = replace(document, '{', 'x') WHERE position = 3")
        base.commit()
    with pytest.raises(StoreError, match=r"var/newsletter\.db: it is broken"):
        examine_database(home)


def test_a_page_of_the_database_that_is_overwritten_is_found(home: Home) -> None:
    with closing(sqlite3.connect(home.database)) as base:
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = home.database.stat().st_size
    with home.database.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\x5a" * 8_192)
    with pytest.raises(StoreError, match=r"var/newsletter\.db: it is broken"):
        examine_database(home)


@pytest.mark.sqlite("it looks at the database's file")
def test_a_home_without_a_database_is_not_said_to_have_one(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    assert examine_database(home) == "there is no var/newsletter.db yet; publishing makes it"
    assert not home.var.exists()
