"""All of an editor's work at the desk, by keyboard alone, and in a browser without scripts.

No file of the home is opened on the way: readers get the very words that forms and frames showed.
"""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from browsers import patient_page
from homes import sample_home, write_summary
from msnewsletter.publisher.clock_work import publish_due
from msnewsletter.publisher.results import Released, Waits
from web.desk.conftest import NOW, SLOT
from web.desk.hands import ClickingHands, KeyboardHands
from web.desk.readers_words import (
    feed_got,
    one_line,
    page_got,
    shown_words,
    words_got,
)
from web.desk.running import running

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from msnewsletter.home import Home
    from web.desk.hands import Hands
    from web.desk.readers_words import ReadersWords
    from web.desk.running import Running

WEEK = timedelta(weeks=1)
SLOTS = [SLOT + week * WEEK for week in (0, 1, 2, 3, 5)]  # the samples skip 28 December
HEADLINE = "Walking twice a week helped 16 people with MS to sleep longer"
KEY = "walking-twice-a-week-helped-16-people-with-ms-to-sleep"
FOUND = "People who walked slept 40 minutes longer."
CORRECT = FOUND.replace("40", "14")
MATTERS = "Sleep is short for many people with MS."
CAUTIONS = "There were only 16 people, and nobody was blinded."
OTHER = "Where the messenger IL-6 comes from may matter as much as how much of it there is"
OTHER += ", a mouse study suggests."
OTHER_KEY = "sample-il6-mice"
WHY = "Why, in words that readers read"
QUESTION = "Would walking help me?"


def home_for_weeks(root: Path) -> Home:
    """The samples, and a summary more for each of three weeks; every issue needs an approval."""
    home = sample_home(root)
    settings = home.settings.read_text()
    home.settings.write_text(settings.replace('review = "none"', 'review = "required"'))
    for day in ("2026-11-28", "2026-12-05", "2026-12-12"):
        write_summary(home, f"of-{day}", day)
    return home


@pytest.mark.parametrize("way", [KeyboardHands, ClickingHands])
def test_readers_get_what_the_desk_had_shown(
    tmp_path: Path, browser: Browser, way: type[KeyboardHands | ClickingHands]
) -> None:
    home = home_for_weeks(tmp_path / "home")
    page = patient_page(browser, java_script_enabled=way is KeyboardHands)
    reader = patient_page(browser)
    hands: Hands = way(page)
    with closing(page.context), closing(reader.context), running(home, NOW) as desk:
        page.goto(desk.url)
        writes_and_publishes(hands)
        assert_got_as_written(reader, home)
        for number, slot in zip((2, 3, 4), SLOTS, strict=False):
            approves(hands, number)
            comes_out(desk, slot)
        corrected, withdrawn = corrects(hands), withdraws(hands)
        approves(hands, 5)
        comes_out(desk, SLOTS[3])
        assert_told(reader, home, corrected=corrected, withdrawn=withdrawn)
        desk.now = SLOTS[4]
        lifted = lifts(hands)
        sends_back(hands, desk)
        mail = answers_and_publishes(hands)
        assert words_got(reader, home, OTHER_KEY, issue=6) == lifted
        assert_mail_is(reader, home, mail)


def writes_and_publishes(hands: Hands) -> None:
    """A new summary, seen in the mail of the slot; and an issue before that slot, by hand."""
    hands.follow("Summaries")
    hands.follow("Write a new summary")
    hands.write("Headline", HEADLINE)
    hands.write("What was found", FOUND)
    hands.write("Why it matters", MATTERS)
    hands.write("Cautions", CAUTIONS)
    hands.follow("Create this summary")
    hands.follow("Next issue")
    assert f"{HEADLINE} {FOUND} Keep in mind: {CAUTIONS}" in shown_in(hands.page, "600")
    hands.follow("Publish now…")
    hands.write("Your name, as the record keeps it", "Ada Lovelace")
    hands.follow("I have read it and approve it: publish issue 1 now")
    hands.page.get_by_text("Issue 1 is published to the outbox.").wait_for()


def assert_got_as_written(reader: Page, home: Home) -> None:
    mail, text = mail_got(reader, home, 1)
    assert f"{HEADLINE} {FOUND} Keep in mind: {CAUTIONS}" in mail
    title, entry = feed_got(home, KEY)
    assert title == HEADLINE
    for words in (FOUND, CAUTIONS):
        assert words in one_line(text)
        assert words in entry
    page = page_got(reader, home, KEY)
    assert [one for one in (HEADLINE, FOUND, MATTERS, CAUTIONS) if one not in page] == []


def approves(hands: Hands, number: int) -> None:
    comes_to(hands, "Next issue", f"Issue {number} for")
    hands.follow("Approve or send back…")
    hands.follow("I have read it and approve it")
    hands.page.get_by_text(f"Issue {number} is approved by Ada Lovelace.").wait_for()


def comes_out(desk: Running, slot: datetime) -> None:
    """The clock publishes what was approved."""
    desk.now = slot
    assert isinstance(publish_due(desk.home, at=slot), Released)


def corrects(hands: Hands) -> ReadersWords:
    """The text and its note, found among all summaries weeks after it was sent."""
    finds(hands, "walking sleep")
    hands.follow(f"Edit: {HEADLINE}")
    hands.write("The text", text_of(CORRECT))
    hands.follow("Save")
    shown = one_line(hands.page.get_by_label("What changes in: What was found").inner_text())
    assert shown == FOUND.replace("40", "4014")
    hands.follow("Save it, and write a correction…")
    hands.write(WHY, "We wrote 40 minutes.\n\nSorry: 14.")
    return shows_and_saves(hands, "Corrected")


def text_of(found: str) -> str:
    return (
        f"# {HEADLINE}\n\n## What was found\n\n{found}\n\n"
        f"## Why it matters\n\n{MATTERS}\n\n## Cautions\n\n{CAUTIONS}\n"
    )


def withdraws(hands: Hands) -> ReadersWords:
    finds(hands, "IL-6")
    hands.follow(f"Correct…: {OTHER}")
    hands.choose("Withdrawn")
    hands.write(WHY, "We mixed up <two> studies & more.")
    return shows_and_saves(hands, "Withdrawn")


def lifts(hands: Hands) -> ReadersWords:
    comes_to(hands, "Corrections", "Announced in issue 5")
    hands.follow(OTHER)
    hands.follow("Lift…")
    return shows_and_saves(hands, "Valid")


def shows_and_saves(hands: Hands, kind: str) -> ReadersWords:
    """The form as it stands is looked at, and saved."""
    hands.follow("Show how readers will read it")
    shown = shown_words(hands.page)
    hands.follow("Save")
    hands.page.get_by_text(f"{kind}: saved to summaries/").wait_for()
    return shown


def assert_told(
    reader: Page, home: Home, *, corrected: ReadersWords, withdrawn: ReadersWords
) -> None:
    """The mail has both, as the later form has shown; the earlier page leads to the other."""
    assert words_got(reader, home, OTHER_KEY, issue=5) == withdrawn
    found = words_got(reader, home, KEY, issue=5)
    assert (found.mail, found.feed) == (withdrawn.mail, corrected.feed)
    notices = [text.partition("announced in issue 5") for text in (found.page, corrected.page)]
    assert notices[0][:2] == notices[1][:2]
    assert CORRECT in found.page
    assert FOUND not in found.page
    _, text = mail_got(reader, home, 5)
    assert "We wrote 40 minutes. Sorry: 14." in one_line(text)
    assert "We mixed up <two> studies & more." in one_line(text)


def sends_back(hands: Hands, desk: Running) -> None:
    """With a reason; until somebody approves it, its slot passes."""
    hands.follow("Approve or send back…")
    hands.write("What is to be changed?", "The question is missing.")
    hands.follow("Send it back")
    hands.page.get_by_text("Issue 6 is sent back by Ada Lovelace").wait_for()
    assert isinstance(publish_due(desk.home, at=desk.now), Waits)


def answers_and_publishes(hands: Hands) -> tuple[str, str]:
    """What was asked for is done and published; returns the mail that was shown, and its text."""
    hands.skip("To note and subject")
    hands.write("Question for the MS team, at the end", QUESTION)
    hands.follow("Save")
    mail = shown_in(hands.page, "600")
    assert QUESTION in mail
    hands.follow("Text")
    text = shown_in(hands.page, "text")
    hands.follow("Approve or send back…")
    hands.follow("I have read it and approve it")
    hands.follow("Publish now…")
    hands.follow("Publish issue 6 now")
    hands.page.get_by_text("Issue 6 is published to the outbox.").wait_for()
    return mail, text


def assert_mail_is(reader: Page, home: Home, shown: tuple[str, str]) -> None:
    mail, text = mail_got(reader, home, 6)
    assert (mail, one_line(text)) == shown


def finds(hands: Hands, words: str) -> None:
    hands.follow("Summaries")
    hands.write("Find", words)
    hands.follow("Find")


def comes_to(hands: Hands, name: str, words: str) -> None:
    """Follow a link, again until the desk has noticed what came out meanwhile."""
    for _ in range(200):
        hands.follow(name)
        if words in hands.page.locator("body").inner_text():
            return
    raise AssertionError(f"{name} never said {words!r}")


def shown_in(page: Page, frame: str) -> str:
    """The words of a frame of the first screen, on one line: `600`, as wide as a mail; `text`."""
    return one_line(page.frame_locator(f"iframe.w{frame}").locator("body").inner_text())


def mail_got(reader: Page, home: Home, number: int) -> tuple[str, str]:
    """The words of the HTML on one line, and the plain text."""
    folder = home.outbox / f"new/{number:04}"
    reader.goto((folder / "digest.html").as_uri())
    words = one_line(reader.locator("body").inner_text())
    return words, (folder / "digest.txt").read_text()
