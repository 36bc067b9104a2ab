"""The glossary on the site: as publishing leaves it, step by step, made anew, and when it goes."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import html

from homes import AT, command, empty_home, published_tree, tree, write_summary
from msnewsletter.publisher.approve import approve
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

HOUR = timedelta(hours=1)
GLOSSARY = "## cause, causes\nWhat makes something happen.\n\n## EBV\nA virus.\n"
LEFT = (
    "glossary.md: has no term any more; the site's glossary.html stays as it was, because pages "
    "that are out link to it; put the file back, or remove outbox/site/ and publish"
)


def write(home: Home, key: str) -> None:
    path = write_summary(home, key)
    path.write_text(path.read_text().replace("was small", "was small. EBV may be a cause"))


def linked(home: Home, key: str) -> list[str]:
    [path] = home.site.glob(f"summaries/{key}-*.html")
    links: list[str] = html.fromstring(path.read_bytes()).xpath("//a[@class='term']/text()")
    return links


def notes(home: Home) -> list[str]:
    found = next_issue_preview(home, at=AT + 9 * HOUR, by_hand=True)
    return [str(line) for line in (*found.collected.refused, *found.notes)]


def test_pages_link_terms_and_mail_and_feeds_do_not(tmp_path: Path) -> None:
    home, without = empty_home(tmp_path / "home"), empty_home(tmp_path / "without")
    home.glossary.write_text(GLOSSARY)
    for one in (home, without):
        write(one, "gut")
        publish(one, at=AT)
    assert linked(home, "gut") == ["EBV", "cause"]
    assert "A virus." in (home.site / "glossary.html").read_text()
    assert "glossary.html" in (home.site / "sitemaps/pages.xml").read_text()
    assert not (without.site / "glossary.html").exists()
    theirs, ours = published_tree(without), published_tree(home)
    differing = {name for name in theirs if theirs[name] != ours[name]}
    assert {name for name in differing if not name.endswith(".html")} == {
        "outbox/site/sitemaps/pages.xml"
    }
    assert not {name for name in differing if not name.startswith("outbox/site/")}


def test_a_site_kept_step_by_step_is_the_one_made_from_nothing(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.glossary.write_text(GLOSSARY)
    for number in range(3):
        write(home, f"s-{number}")
        publish(home, at=AT + number * HOUR)
    kept = tree(home.site)
    shutil.rmtree(home.site)
    write(home, "s-0")  # the same: nothing is new
    publish(home, at=AT + 3 * HOUR)
    assert tree(home.site) == kept
    assert linked(home, "s-0") == ["EBV", "cause"]


def test_a_changed_glossary_shows_at_the_next_issue_and_old_pages_keep_their_links(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    home.glossary.write_text(GLOSSARY)
    write(home, "old")
    publish(home, at=AT)
    home.glossary.write_text("## virus, EBV\nIt makes copies of itself.\n")
    write(home, "new")
    publish(home, at=AT + HOUR)
    assert (linked(home, "old"), linked(home, "new")) == (["EBV", "cause"], ["EBV"])
    assert "copies of itself" in (home.site / "glossary.html").read_text()


@pytest.mark.parametrize("now", ["", "## It\nA word.\n", None], ids=["empty", "refused", "gone"])
def test_the_page_of_a_glossary_that_is_gone_stays_and_one_line_says_so(
    tmp_path: Path, now: str | None
) -> None:
    home = empty_home(tmp_path)
    home.glossary.write_text(GLOSSARY)
    write(home, "old")
    publish(home, at=AT)
    before = (home.site / "glossary.html").read_bytes()
    if now is None:
        home.glossary.unlink()
    else:
        home.glossary.write_text(now)
    write(home, "new")
    assert LEFT in notes(home)
    publish(home, at=AT + HOUR)
    assert (linked(home, "old"), linked(home, "new")) == (["EBV", "cause"], [])
    assert (home.site / "glossary.html").read_bytes() == before
    # Made anew, no page links to it and it is gone.
    shutil.rmtree(home.site)
    write(home, "newer")
    publish(home, at=AT + 2 * HOUR)
    assert linked(home, "old") == []
    assert not (home.site / "glossary.html").exists()
    assert LEFT not in notes(home)


def test_a_bad_entry_is_told_by_status_and_check_and_stops_nothing(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    home.glossary.write_text(f"{GLOSSARY}## the\nA word.\n## ebv\nAgain.\n")
    write(home, "gut")
    refused = "refused: glossary.md:6: the term 'the' names a common word; name it otherwise, or"
    note = "note: glossary.md:8: 'ebv' is explained already: the first explanation counts"
    for verb in ("status", "check"):
        said = command(home, verb, "--at", "2026-11-23T08:00").stderr.splitlines()
        assert [line for line in said if line.startswith(refused)]
        assert note in said
    done = command(home, "publish", "--at", "2026-11-23T08:00")
    assert done.returncode == 0
    assert note in done.stderr
    assert linked(home, "gut") == ["EBV", "cause"]


def test_the_glossary_is_no_part_of_what_is_approved(tmp_path: Path) -> None:
    home = empty_home(tmp_path, review='"required"')
    write(home, "gut")
    assert next_issue_preview(home, at=AT, by_hand=True).waiting_reason
    approve(home, by="A. Editor", at=AT)
    home.glossary.write_text(GLOSSARY)
    found = next_issue_preview(home, at=AT, by_hand=True)
    assert found.waiting_reason is None


def test_a_preview_is_another_one_when_the_glossary_changes(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write(home, "gut")
    before = next_issue_preview(home, at=AT, by_hand=True)
    home.glossary.write_text(GLOSSARY)
    after = next_issue_preview(home, at=AT, by_hand=True)
    assert before.version != after.version
    assert "glossary.html" not in before.site()
    assert b'id="term-ebv"' in after.site()["glossary.html"]


def test_where_the_home_itself_is_a_source_its_glossary_is_no_summary(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    text = home.settings.read_text().replace('path = "summaries"', 'path = "."')
    assert 'path = "."' in text
    home.settings.write_text(text)
    home.glossary.write_text(GLOSSARY)
    write(home, "gut")
    found = next_issue_preview(home, at=AT, by_hand=True)
    assert "glossary.md" not in found.collected.listed
    assert not [line for line in found.collected.refused if line.place.startswith("glossary.md")]
