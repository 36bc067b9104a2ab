"""What cannot be published as it is waits with its reason, and the rest goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homes import AT, command, empty_home, tree, write_summary
from msnewsletter.errors import RefusedError, TemplateError
from msnewsletter.glossary import NO_GLOSSARY
from msnewsletter.issue.holds import Hindrance
from msnewsletter.model import HoldReason
from msnewsletter.publisher.fitness import Trial, unfit_entries
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import Released
from render.mail import samples

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Issue

HOUR = timedelta(hours=1)
SITE = "https://notes.example.org/"
# Below the folders of our pages, and not one of them.
NOWHERE = f"{SITE}summaries/no-such-page.html"


def held(home: Home) -> dict[str, tuple[HoldReason, str]]:
    found = next_issue_preview(home, at=AT, by_hand=True)
    return {one.summary.key: (one.because, one.reason) for one in found.draft.held}


def sent(home: Home) -> list[str]:
    done = publish(home, at=AT)
    assert isinstance(done, Released)
    return [entry.summary.key for entry in done.issue.entries]


def test_a_link_to_a_page_that_is_not_ours_is_held_with_its_line_and_the_rest_goes_out(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "good")
    write_summary(home, "lost", url=NOWHERE)
    write_summary(home, "fine")
    because, reason = held(home)["lost"]
    assert because is HoldReason.UNFIT
    assert "line 4: it cannot be published as it is: its link" in reason
    assert "leads nowhere; correct the address" in reason
    assert sent(home) == ["fine", "good"]
    path = home.root / "summaries" / "lost.md"
    path.write_text(path.read_text().replace(NOWHERE, "https://www.example.com/study"))
    again = publish(home, at=AT + HOUR)
    assert isinstance(again, Released)
    assert [entry.summary.key for entry in again.issue.entries] == ["lost"]


def test_many_that_cannot_be_published_are_all_found(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    lost = [f"lost-{number}" for number in range(5)]
    for key in lost:
        write_summary(home, key, url=NOWHERE)
    for number in range(6):
        write_summary(home, f"good-{number}")
    assert sorted(held(home)) == lost
    assert sent(home) == [f"good-{number}" for number in range(6)]


def test_if_none_can_be_published_there_is_no_issue(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "lost", url=NOWHERE)
    assert not isinstance(publish(home, at=AT), Released)
    assert not home.record(1).exists()


@pytest.mark.parametrize(
    ("address", "setting", "goes_out"),
    [
        (f"{SITE}blog/a-post", "any", True),
        (f"{SITE}blog/a-post", "ours", False),
        (f"{SITE}archive/no-such-page", "any", False),
        (f"{SITE}about.html", "ours", True),
        (SITE, "ours", True),
        ("https://notes.example.org.example.net/summaries/x.html", "ours", True),
    ],
)
def test_the_setting_site_links_says_whether_the_site_holds_other_pages(
    tmp_path: Path, address: str, setting: str, *, goes_out: bool
) -> None:
    home = empty_home(tmp_path, review=f'"none"\nsite_links = "{setting}"')
    write_summary(home, "other")
    write_summary(home, "linked", url=address)
    assert ("linked" in held(home)) is not goes_out
    assert ("linked" in sent(home)) is goes_out


@dataclass(frozen=True, kw_only=True, eq=False)
class NeverTogether(Trial):
    """Fails for two summaries in one issue, and for each of those in `alone`."""

    pair: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()

    def failure(self, issue: Issue) -> Hindrance | None:
        here = {entry.summary.key for entry in issue.entries}
        if (self.pair and self.pair <= here) or self.alone & here:
            return Hindrance(HoldReason.UNFIT, "it fails")
        return None


def never(**keys: Iterable[str]) -> NeverTogether:
    sets = {name: frozenset(some) for name, some in keys.items()}
    return NeverTogether(glossary=NO_GLOSSARY, exists=bool, any_links=True, **sets)


@given(count=st.integers(2, 12), numbers=st.sets(st.integers(0, 11), min_size=2, max_size=2))
def test_of_two_that_cannot_go_out_together_the_second_waits(count: int, numbers: set[int]) -> None:
    issue = samples.issue_of(*samples.many(count))
    order = [entry.summary.key for entry in issue.entries]
    pair = [order[number] for number in sorted(numbers) if number < count]
    expected = pair[1:]
    assert list(unfit_entries(never(pair=pair if expected else ()), issue)) == expected


@given(alone=st.sets(st.integers(0, 9)))
def test_all_that_fail_alone_are_found_at_once(alone: set[int]) -> None:
    issue = samples.issue_of(*samples.many(10))
    keys = {issue.entries[number].summary.key for number in alone}
    assert set(unfit_entries(never(alone=keys), issue)) == keys


def test_an_edit_that_cannot_be_shown_is_kept_back_and_a_repaired_one_follows(
    tmp_path: Path,
) -> None:
    home = empty_home(tmp_path)
    path = write_summary(home, "a")
    publish(home, at=AT)
    before = tree(home.site)
    text = path.read_text()
    path.write_text(text.replace("\n---\n#", f"\nurl: {NOWHERE}\n---\n#"))
    write_summary(home, "b")
    done = publish(home, at=AT + HOUR)
    assert isinstance(done, Released)
    assert len(done.preview.alarms) == 1
    assert "its link" in done.preview.alarms[0].text
    page = next(name for name in before if "/summaries/a-" in name)
    assert tree(home.site)[page] == before[page] or NOWHERE.encode() not in tree(home.site)[page]
    path.write_text(text.replace("\n---\n#", "\nurl: https://www.example.com/a\n---\n#"))
    publish(home, at=AT + 2 * HOUR)
    assert b"https://www.example.com/a" in tree(home.site)[page]


def test_a_template_that_fails_stops_the_issue_and_holds_nobody(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "a")
    write_summary(home, "b", studied_in="mice")
    own = home.templates / "site" / "summary.html.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ entry.no_such_thing }}")
    assert held(home) == {}
    with pytest.raises(TemplateError, match=r"templates/site/summary\.html\.j2:1"):
        publish(home, at=AT)
    assert not home.record(1).exists()
    own.unlink()
    assert sent(home) == ["a", "b"]


def test_a_setting_that_breaks_every_page_stops_the_issue_and_holds_nobody(tmp_path: Path) -> None:
    home = empty_home(tmp_path, why='"Hidden"')
    write_summary(home, "a")
    own = home.templates / "digest" / "footer.mjml.j2"
    own.parent.mkdir(parents=True)
    own.write_text("<mj-text>Good-bye</mj-text>")
    assert held(home) == {}
    with pytest.raises((RefusedError, TemplateError)):
        publish(home, at=AT)
    assert not home.record(1).exists()


def test_the_commands_say_what_is_held(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "good")
    write_summary(home, "lost", url=NOWHERE)
    for words in (["status"], ["check"], ["publish", "--dry-run"]):
        done = command(home, *words, "--at", "2026-11-23T08:00")
        assert done.returncode == 0, done.stderr
        assert "its link" in done.stdout + done.stderr, words
