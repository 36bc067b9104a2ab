"""Recovery finishes what was begun, and never stands in the way of a repaired file."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from databases import lose_database
from homes import AT, command, empty_home, write_summary
from msnewsletter.errors import NewsletterError, RefusedError, TemplateError
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released
from msnewsletter.publisher.session import Step

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
BLOG = "https://notes.example.org/blog/a-post"


def interrupted(home: Home, step: Step) -> None:
    def reached(now: Step) -> None:
        if now is step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(home, at=AT, reached=reached)


def only_our_links(home: Home) -> None:
    text = home.settings.read_text()
    home.settings.write_text(text.replace("[newsletter]", '[newsletter]\nsite_links = "ours"'))


@pytest.fixture
def stuck(tmp_path: Path) -> Home:
    """An issue is out, and its pages may not be shown any more because of one summary."""
    home = empty_home(tmp_path)
    write_summary(home, "linked", url=BLOG)
    write_summary(home, "other")
    interrupted(home, Step.PUBLISHED)
    only_our_links(home)
    return home


def test_what_keeps_the_site_back_names_file_and_field_at_every_run(stuck: Home) -> None:
    for hours in range(1, 3):
        with pytest.raises(RefusedError, match=r"summaries/linked\.md: its url has the link"):
            publish(stuck, at=AT + hours * HOUR)
    said = command(stuck, "publish", "--at", "2026-11-23T12:00")
    assert said.returncode == 1
    assert "summaries/linked.md: its url has the link" in said.stderr


def test_a_repaired_file_is_read_before_recovery_gives_up(stuck: Home) -> None:
    path = stuck.root / "summaries" / "linked.md"
    path.write_text(path.read_text().replace(f"url: {BLOG}\n", ""))
    done = publish(stuck, at=AT + HOUR)
    assert isinstance(done, NothingNew)
    assert (stuck.site / "issues" / "0001.html").exists()
    assert BLOG not in (stuck.site / "issues" / "0001.html").read_text()
    assert isinstance(publish(stuck, at=AT + 2 * HOUR), NothingNew)


def test_nothing_new_is_fixed_while_the_site_is_kept_back_and_all_is_out_after_the_repair(
    stuck: Home,
) -> None:
    write_summary(stuck, "new")
    with pytest.raises(NewsletterError, match="its url has the link"):
        publish(stuck, at=AT + HOUR)
    assert not stuck.record(2).exists()
    path = stuck.root / "summaries" / "linked.md"
    path.write_text(path.read_text().replace(f"url: {BLOG}\n", ""))
    done = publish(stuck, at=AT + 2 * HOUR)
    assert isinstance(done, Released)
    assert [entry.summary.key for entry in done.issue.entries] == ["new"]


def test_a_setting_put_back_is_enough(stuck: Home) -> None:
    with pytest.raises(NewsletterError):
        publish(stuck, at=AT + HOUR)
    stuck.settings.write_text(stuck.settings.read_text().replace('"ours"', '"any"'))
    publish(stuck, at=AT + 2 * HOUR)
    assert (stuck.site / "rss.xml").exists()


@pytest.mark.parametrize("step", [Step.SELECTED, Step.PUBLISHING, Step.RELEASED, Step.PUBLISHED])
def test_a_template_that_breaks_amid_the_publishing_is_named_and_its_repair_is_enough(
    tmp_path: Path, step: Step
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    interrupted(home, step)
    own = home.templates / "site" / "summary.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ nothing.of_the_kind }}")
    with pytest.raises(TemplateError, match=r"templates/site/summary\.html\.j2:1"):
        publish(home, at=AT + HOUR)
    own.unlink()
    publish(home, at=AT + 2 * HOUR)
    assert (home.outbox / "new" / "0001").is_dir()
    assert (home.site / "issues" / "0001.html").exists()


def test_a_lost_site_with_a_link_that_is_dead_today_is_made_again_all_the_same(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "linked", url=BLOG)
    publish(home, at=AT)
    only_our_links(home)
    shutil.rmtree(home.site)
    write_summary(home, "second")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert {"0001.html", "0002.html"} <= {path.name for path in (home.site / "issues").iterdir()}


def test_an_edited_text_that_leads_to_a_later_page_stops_no_rebuilding(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a1")
    publish(home, at=AT)
    write_summary(home, "a2")
    publish(home, at=AT + HOUR)
    page = next((home.site / "summaries").glob("a2-*")).name
    address = f"https://notes.example.org/summaries/{page}"
    path.write_text(path.read_text().replace("\n---\n#", f"\nurl: {address}\n---\n#"))
    publish(home, at=AT + 2 * HOUR)
    shutil.rmtree(home.outbox)
    write_summary(home, "a3")
    done = publish(home, at=AT + 3 * HOUR)
    assert isinstance(done, Released)
    assert len([*(home.site / "issues").glob("0*.html")]) == 3


def test_a_site_that_cannot_be_made_again_is_said_by_every_command_that_would_write_it(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    publish(home, at=AT)
    shutil.rmtree(home.site)
    own = home.templates / "site" / "summary.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text('<a href="nowhere.html">x</a>')
    write_summary(home, "b")
    for words in (["publish"], ["publish", "--site"]):
        said = command(home, *words, "--at", "2026-11-24T08:00")
        assert said.returncode == 1
        assert "its link 'nowhere.html' leads nowhere" in said.stderr
    assert not home.record(2).exists()
    own.unlink()
    assert isinstance(publish(home, at=AT + 30 * HOUR), Released)


def test_what_was_interrupted_says_why_it_cannot_be_finished(stuck: Home) -> None:
    doctor = command(stuck, "doctor")
    assert doctor.returncode == 1
    assert (
        "issue 0001 was interrupted, and finishing it would fail: summaries/linked.md: its url"
        in (doctor.stdout)
    )
    path = stuck.root / "summaries" / "linked.md"
    path.write_text(path.read_text().replace(f"url: {BLOG}\n", ""))
    assert "the next publish finishes it" in command(stuck, "doctor").stdout


def test_the_first_issue_killed_before_its_release_needs_no_database(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    interrupted(home, Step.LAID)
    lose_database(home)
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert [path.name for path in (home.outbox / "new").iterdir()] == ["0001"]
