"""A change of what the whole site shows: all of it is made anew, once, and ids and dates stay."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from homes import AT, command, empty_home, write_summary
from made_homes import made_home
from msnewsletter import urls
from msnewsletter.errors import SettingsError
from msnewsletter.home import Home
from msnewsletter.publisher.clock_work import due_work, publish_due
from msnewsletter.publisher.publish import publish, publish_site
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.site.shown_frame import read_shown_frame
from msnewsletter.render.site.icons import ICON_FILES, icon_files
from publisher.walking import ATOM, walked

if TYPE_CHECKING:
    from collections.abc import Callable

HOUR = timedelta(hours=1)
OLD, NEW = "https://notes.example.org/", "https://b.example/n/"
MOVED = {
    "site": f'"{NEW}"',
    "title": '"Other Notes"',
    "description": '"What is new."',
    "language": '"en-GB"',
    "zone": '"Asia/Tokyo"',
}


def set_to(home: Home, **settings: str) -> None:
    lines = home.settings.read_text().splitlines()
    for name, value in settings.items():
        at = next(i for i, line in enumerate(lines) if line.startswith(f"{name} ="))
        lines[at] = f"{name} = {value}"
    home.settings.write_text("\n".join(lines) + "\n")


def three_issues(root: Path, **settings: str) -> Home:
    """Issues with tags, a correction, and a card of one summary on another's page."""
    home = empty_home(root, **settings)
    for number in range(3):
        for name in "ab":
            write_summary(home, f"{name}{number}", tags="[mice]" if name == "a" else "[diet]")
        if number == 2:
            path = home.root / "summaries" / "a0.md"
            path.write_text(
                path.read_text().replace("---\n#", "status: corrected\nnote: N.\n---\n#")
            )
        publish(home, at=AT + number * HOUR)
    return home


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return three_issues(tmp_path_factory.mktemp("made") / "h")


@pytest.fixture
def home(made: Home, tmp_path: Path) -> Home:
    return Home(shutil.copytree(made.root, tmp_path / "h"))


def files(home: Home) -> dict[str, bytes]:
    return {
        path.relative_to(home.site).as_posix(): path.read_bytes()
        for path in home.site.rglob("*")
        if path.is_file()
    }


def inodes(home: Home) -> dict[str, int]:
    return {name: (home.site / name).stat().st_ino for name in files(home)}


def showing(home: Home, *texts: str) -> set[str]:
    wanted = [text.encode() for text in texts]
    return {name for name, data in files(home).items() if any(one in data for one in wanted)}


def test_after_a_change_the_site_has_the_bytes_of_one_made_from_nothing(home: Home) -> None:
    set_to(home, **MOVED)
    publish_site(home, at=AT + 5 * HOUR)
    moved = files(home)
    shutil.rmtree(home.site)
    publish_site(home, at=AT + 6 * HOUR)
    assert moved == files(home)
    # The sender of the mail, on one page, is that of the newest issue.
    assert showing(home, OLD) == set()
    assert showing(home, "Plain Research Notes") == {"about.html"}


def test_ids_and_dates_of_feeds_stay_and_walking_them_meets_the_same(home: Home) -> None:
    def met(name: str) -> list[tuple[str, str, str]]:
        document = etree.fromstring((home.site / name).read_bytes())
        texts = [
            tuple(one.findtext(f"{ATOM}{part}") for part in ("id", "published", "updated"))
            for one in document.iter(f"{ATOM}entry")
        ]
        return [*texts, document.findtext(f"{ATOM}id")]

    names = [name for name in files(home) if name.endswith("atom.xml")]
    before = {name: met(name) for name in names}
    set_to(home, **MOVED)
    publish_site(home, at=AT + 5 * HOUR)
    assert {name: met(name) for name in names} == before
    assert len(names) > 8


def test_publishing_with_nothing_new_does_it_too_and_with_an_issue_the_mail_comes_first(
    home: Home,
) -> None:
    set_to(home, **MOVED)
    publish(home, at=AT + 5 * HOUR)
    assert showing(home, OLD) == set()
    set_to(home, site='"https://c.example/"')
    write_summary(home, "late")
    out: list[bool] = []
    publish(
        home,
        at=AT + 6 * HOUR,
        progress=lambda *_: out.append((home.outbox / "new" / "0004").is_dir()),
    )
    assert out
    assert all(out)
    assert showing(home, NEW) == set()


def test_what_the_mail_said_stays_in_record_and_outbox(home: Home) -> None:
    mail = [*home.records.glob("0*.json"), *(home.outbox / "new").rglob("*.*")]
    before = {path: path.read_bytes() for path in mail}
    set_to(home, **MOVED)
    publish_site(home, at=AT + 5 * HOUR)
    assert {path: path.read_bytes() for path in mail} == before


def test_what_an_issue_says_of_its_texts_stays_its_own(home: Home) -> None:
    set_to(home, written_by='"people"')
    publish_site(home, at=AT + 5 * HOUR)
    page = (home.site / "issues" / "0001.html").read_text()
    assert "AI-generated summary" in page


def test_nothing_is_written_where_nothing_changed(home: Home) -> None:
    before = inodes(home)
    publish_site(home, at=AT + 5 * HOUR)
    assert inodes(home) == before


def test_a_file_that_shows_nothing_of_the_change_is_not_written_again(home: Home) -> None:
    before, data = inodes(home), files(home)
    set_to(home, title='"Other Notes"')
    publish_site(home, at=AT + 5 * HOUR)
    after = inodes(home)
    same = {name for name, found in files(home).items() if found == data[name]}
    assert {"robots.txt", "style.css"} <= same
    assert all(before[name] == after[name] for name in same)


class Killed(Exception):  # noqa: N818  (it stands for a power cut)
    pass


@pytest.mark.parametrize("after", [1, 2, 3])
def test_a_kill_in_the_middle_goes_on_at_the_last_durable_piece(
    home: Home, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    monkeypatch.setattr(urls, "CHUNK", 2)  # pieces of two issues instead of fifty
    set_to(home, **MOVED)

    def killed(done: int, whole: int) -> None:
        assert whole == 3
        if done == after:
            raise Killed

    with pytest.raises(Killed):
        publish_site(home, at=AT + 5 * HOUR, progress=killed)
    again: list[int] = []
    publish_site(home, at=AT + 6 * HOUR, progress=lambda done, _: again.append(done))
    assert again == ([3] if after > 2 else [1, 2, 3])
    assert showing(home, OLD) == set()
    shown = read_shown_frame(home)
    assert shown
    assert shown.last
    assert (shown.last.issues, shown.last.pages) == (3, 9)


@pytest.mark.parametrize("act", [publish, publish_site])
@pytest.mark.parametrize("picture", ICON_FILES)
def test_a_kill_before_any_picture_leaves_none_of_the_old_title(
    home: Home,
    monkeypatch: pytest.MonkeyPatch,
    picture: str,
    act: Callable[..., object],
) -> None:
    rename = Path.rename

    def killed(path: Path, target: Path) -> Path:
        if target == home.site / picture:
            raise Killed
        return rename(path, target)

    set_to(home, title='"Other Words"')
    with monkeypatch.context() as patched:
        patched.setattr(Path, "rename", killed)
        with pytest.raises(Killed):
            act(home, at=AT + 5 * HOUR)
    act(home, at=AT + 6 * HOUR)
    drawn = icon_files("Other Words")
    assert {name: (home.site / name).read_bytes() for name in ICON_FILES} == drawn


def test_the_clock_finishes_what_a_kill_left_though_no_slot_is_due(home: Home) -> None:
    publish_due(home, at=AT + 3 * HOUR)
    assert due_work(home, at=AT + 4 * HOUR).idle
    set_to(home, **MOVED)
    # A change alone waits for the next issue: settings are edited line by line.
    assert due_work(home, at=AT + 4 * HOUR).idle

    def killed(*_: int) -> None:
        raise Killed

    with pytest.raises(Killed):
        publish_site(home, at=AT + 5 * HOUR, progress=killed)
    assert not due_work(home, at=AT + 5 * HOUR).idle
    publish_due(home, at=AT + 5 * HOUR)
    assert showing(home, OLD) == set()
    assert due_work(home, at=AT + 6 * HOUR).idle


def test_settings_that_change_in_the_middle_start_it_anew(home: Home) -> None:
    def killed(done: int, _: int) -> None:
        if done == 2:
            raise Killed

    set_to(home, **MOVED)
    with pytest.raises(Killed):
        publish_site(home, at=AT + 5 * HOUR, progress=killed)
    set_to(home, site='"https://c.example/"')
    publish_site(home, at=AT + 6 * HOUR)
    assert showing(home, OLD, NEW) == set()
    assert {path.name for path in home.redirects.iterdir()} == {"notes.example.org", "b.example"}


@pytest.mark.parametrize("schema", ["0004", "0005"])
def test_a_home_of_an_older_version_is_made_anew_only_for_a_real_change(
    tmp_path: Path, schema: str
) -> None:
    home = made_home(tmp_path / "h", schema)
    made: list[int] = []
    publish_site(home, at=AT + 24 * 61 * HOUR, progress=lambda done, _: made.append(done))
    assert not made
    (home.var / "site.json").unlink()
    set_to(home, title='"Other Notes"')
    publish_site(home, at=AT + 24 * 62 * HOUR, progress=lambda done, _: made.append(done))
    assert made


def test_a_site_that_an_older_version_left_half_changed_is_made_whole(home: Home) -> None:
    set_to(home, **MOVED)
    write_summary(home, "new")
    publish(home, at=AT + 5 * HOUR)
    (home.var / "site.json").unlink()  # as older versions leave it
    page = home.site / "issues" / "0001.html"
    page.write_bytes(page.read_bytes().replace(NEW.encode(), OLD.encode()))
    publish_site(home, at=AT + 6 * HOUR)
    assert showing(home, OLD) == set()
    assert (home.redirects / "notes.example.org" / "redirects.txt").is_file()


def test_status_says_what_waits_then_what_was_done(home: Home) -> None:
    set_to(home, site=f'"{NEW}"', title='"Other Notes"')
    said = command(home, "status", "--at", "2026-11-23T14:00").stdout
    assert f"  site: {OLD} → {NEW}\n" in said
    assert "msnewsletter publish --site" in said
    assert command(home, "publish", "--site", "--at", "2026-11-23T14:00").returncode == 0
    said = command(home, "status", "--at", "2026-11-23T15:00").stdout
    assert "newsletter.toml has" not in said
    assert (
        "The site was made anew on Mon 2026-11-23 14:00 (Europe/Berlin): 9 pages of 3 issues, "
        "and all feeds\n"
        "  title: Plain Research Notes → Other Notes\n"
        f"  site: {OLD} → {NEW}\n"
        "  redirects for the old address: outbox/redirects/notes.example.org\n"
    ) in said
    document = json.loads(command(home, "status", "--json", "--at", "2026-11-23T15:00").stdout)
    assert document["site"]["waits"] is False
    assert document["site"]["last"]["pages"] == 9
    assert document["site"]["redirects"] == ["outbox/redirects/notes.example.org"]


def test_redirects_are_news_only_after_a_change_that_wrote_some(home: Home) -> None:
    set_to(home, site=f'"{NEW}"')
    publish_site(home, at=AT + 5 * HOUR)
    set_to(home, title='"Other Notes"')
    publish_site(home, at=AT + 6 * HOUR)
    said = command(home, "status", "--at", "2026-11-23T15:00").stdout
    assert "title: Plain Research Notes → Other Notes" in said
    assert "redirects" not in said
    document = json.loads(command(home, "status", "--json", "--at", "2026-11-23T15:00").stdout)
    assert document["site"]["redirects"] == ["outbox/redirects/notes.example.org"]


def test_standard_error_stays_empty_away_from_a_terminal(home: Home) -> None:
    set_to(home, **MOVED)
    done = command(home, "publish", "--site", "--at", "2026-11-23T14:00")
    assert done.stderr == ""


def test_the_id_cannot_change_and_the_message_names_the_ways(home: Home) -> None:
    set_to(home, id='"tag:b.example,2026:other"')
    for act in (publish, publish_site):
        with pytest.raises(SettingsError, match="put it back, or start over with 'msnewsletter re"):
            act(home, at=AT + 5 * HOUR)


def test_back_and_forth_leaves_no_redirect_away_from_the_present_address(home: Home) -> None:
    for number, site in enumerate((NEW, "https://c.example/", OLD), start=5):
        set_to(home, site=f'"{site}"')
        publish_site(home, at=AT + number * HOUR)
    left = {path.name for path in home.redirects.iterdir() if any(path.iterdir())}
    assert left == {"b.example", "c.example"}
    for host in left:
        lines = (home.redirects / host / "redirects.txt").read_text().splitlines()
        assert all(line.split()[1].startswith(OLD) for line in lines)


def test_the_plain_list_names_every_address_of_the_site(home: Home) -> None:
    set_to(home, site=f'"{NEW}"')
    publish_site(home, at=AT + 5 * HOUR)
    lines = (home.redirects / "notes.example.org" / "redirects.txt").read_text().splitlines()
    assert {f"{OLD}{name} {NEW}{name}" for name in files(home)} <= set(lines)
    assert f"{OLD} {NEW}" in lines


def test_the_archive_is_walked_from_the_new_address(tmp_path: Path) -> None:
    home = three_issues(tmp_path / "h", site='"https://a.example/"')
    set_to(home, site=f'"{OLD}"')
    publish_site(home, at=AT + 5 * HOUR)
    assert sum(map(len, walked(home, "atom.xml"))) >= 6
    with looking(home, at=AT) as session:
        assert session.store.unfinished() == []


def test_another_zone_makes_no_slot_due_twice(tmp_path: Path) -> None:
    home = empty_home(tmp_path, zone='"Asia/Tokyo"')
    write_summary(home, "a")
    publish_due(home, at=AT - 24 * HOUR)
    publish_due(home, at=AT - 8 * HOUR)  # 08:00 in Tokyo
    set_to(home, zone='"Europe/Berlin"')
    write_summary(home, "b")
    assert due_work(home, at=AT + HOUR).idle
    publish_due(home, at=AT + 7 * 24 * HOUR)
    with looking(home, at=AT + 7 * 25 * HOUR) as session:
        slot = session.store.last_slot()
    assert slot
    assert slot.slot == "2026-11-30T08:00[Europe/Berlin]"
