"""A reader's way: sign up, confirm, get an issue, read it, leave, and get no more.

Once in a real browser, and once by plain requests, as mail programs make them. Before anybody
clicks, a scanner fetches every link of every mail, and nothing comes of it.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from browsers import chromium, patient_page
from databases import on_both
from homes import write_summary
from msnewsletter.publisher.delivering.deliver import deliver
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock, DeliveryRequest
from msnewsletter.publisher.delivering.mailing_run import StopRequest
from msnewsletter.publisher.publish import publish
from msnewsletter.store.subscribers.subscriber_tables import metadata
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from web.doors import FORM, OpenedDoor, opened_door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from playwright.sync_api import Page

SITE = "https://notes.example.org"
# Somebody who stays: what others do must not keep mail from them.
STAYS = "stays@example.org"


@pytest.fixture
def door(tmp_path: Path) -> Iterator[OpenedDoor]:
    with opened_door(tmp_path, more="[deliver]\nconnections = 1") as opened:
        opened.put(STAYS)
        yield opened


@dataclass
class Editor:
    """Who publishes and delivers, an issue a week."""

    door: OpenedDoor
    issues: int = field(default=0)

    def sends_an_issue(self) -> dict[str, EmailMessage]:
        """Publish and deliver one more issue; the mail that each address got."""
        door, before = self.door, len(self.door.mailbox.letters)
        self.issues += 1
        door.wait(days=7)
        day = f"{door.now - timedelta(days=1):%Y-%m-%d}"
        write_summary(door.home, f"study-{self.issues}", day)
        publish(door.home, at=door.now)
        clock = DeliveryClock(now=lambda: door.now, monotonic=time.monotonic)
        deliver(door.home, DeliveryRequest(clock=clock, stop=StopRequest()))
        letters = door.mailbox.letters[before:]
        got = {to: one.message for one in letters for to in one.to}
        assert len(got) == len(letters), "one mail to each"
        return {to: mail_of(message) for to, message in got.items()}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found |= {value for name, value in attrs if name in {"href", "src"} and value}


def mail_of(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=policy.default)


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body([kind])
    assert body
    text: str = body.get_content()
    return text


def paths_in(mail: EmailMessage) -> set[str]:
    """The paths of all links to our site: in the text, in HTML, in headers."""
    links = _Links()
    links.feed(part(mail, "html"))
    texts = [part(mail, "plain"), *map(str, mail.values())]
    links.found |= {one for text in texts for one in re.findall(r"https://[^\s<>]+", text)}
    return {one.removeprefix(SITE).rstrip(".,") for one in links.found if one.startswith(SITE)}


def path_in(mail: EmailMessage, page: str) -> str:
    """The one link of a mail to this page of the door."""
    (path,) = {one for one in paths_in(mail) if one.startswith(f"/{page}/")}
    return path


def books(door: OpenedDoor) -> dict[str, list[Any]]:
    """All that the subscribers' database holds."""
    with door.store._engine.begin() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in metadata.sorted_tables
        }


def a_scanner_looks_at(mail: EmailMessage, door: OpenedDoor) -> None:
    """Fetch every link twice, as virus scanners and link previews do: nothing changes."""
    # The door's thread notes a moment after the mail has come that it was sent.
    door.until(lambda: not door.store.waiting_letters().count)
    before, sent, paths = books(door), len(door.mailbox.letters), paths_in(mail)
    answers = {
        (method, path): door.ask(method, path).status
        for _ in range(2)
        for method in ("GET", "HEAD")
        for path in sorted(paths)
    }
    assert set(answers.values()) == {200}, answers
    assert books(door) == before
    assert len(door.mailbox.letters) == sent


@on_both
def test_somebody_comes_reads_and_leaves_by_one_click(door: OpenedDoor) -> None:
    editor, ada = Editor(door), "ada@example.org"
    assert door.sign_up(ada, edition=SubscribedEdition.LOW_ENERGY).status == 200
    asked = mail_of(letter_to(door, ada))
    a_scanner_looks_at(asked, door)
    assert set(editor.sends_an_issue()) == {STAYS}, "nobody who has not confirmed"

    door.sign_up(ada, edition=SubscribedEdition.LOW_ENERGY)
    asked = mail_of(letter_to(door, ada))
    assert door.confirm(path_in(asked, "confirm")).status == 200
    got = editor.sends_an_issue()
    assert set(got) == {STAYS, ada}
    mail = got[ada]
    assert path_in(mail, "unsubscribe") != path_in(got[STAYS], "unsubscribe")
    a_scanner_looks_at(mail, door)

    # RFC 8058: the very words, and nothing that a browser would bring.
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = path_in(mail, "unsubscribe")
    assert f"<{SITE}{link}>" in mail["List-Unsubscribe"]
    answer = door.ask("POST", link, b"List-Unsubscribe=One-Click", FORM)
    assert (answer.status, answer.headers.get("set-cookie")) == (200, None)
    assert door.person(ada).state is SubscriberState.UNSUBSCRIBED
    assert set(editor.sends_an_issue()) == {STAYS}
    a_scanner_looks_at(mail, door)

    # The same click once more; the old link, in whosever hands, brings nobody back.
    door.ask("POST", link, b"List-Unsubscribe=One-Click", FORM)
    assert "come-back" not in door.post(link, page="yes").text
    door.wait(days=2)
    while not door.mailbox.arrived.empty():
        door.mailbox.arrived.get()
    door.sign_up(ada)
    door.confirm(path_in(mail_of(letter_to(door, ada)), "confirm"))
    # This time they leave by the page, and then it was a mistake.
    left = door.post(link, page="yes")
    back = re.search(r'action="[^"]*(/come-back/[^"]+)"', left.text)
    assert back
    door.post(back[1])
    assert set(editor.sends_an_issue()) == {STAYS, ada}


def letter_to(door: OpenedDoor, address: str) -> bytes:
    """The next mail to an address; those to others are passed over."""
    while True:
        letter = door.mailbox.arrived.get(timeout=30)
        if letter.to == [address]:
            return letter.message


def test_the_same_in_a_browser(door: OpenedDoor) -> None:
    editor, ada = Editor(door), "ada@example.org"
    editor.sends_an_issue()
    with chromium() as browser:
        page = patient_page(browser, java_script_enabled=False)
        # All links lead to the address of the site, which is this server.
        page.route(f"{SITE}/**", lambda route: route.abort())
        page.goto(f"{door.url}/")
        page.goto(door.url + site_link(page, "Get it by e-mail"))
        page.get_by_label("Your e-mail address").fill(ada)
        door.wait(seconds=9)
        page.get_by_role("button", name="Sign up").click()
        page.get_by_role("heading", name="Check your mail").wait_for()
        asked = mail_of(letter_to(door, ada))
        a_scanner_looks_at(asked, door)
        page.goto(door.url + path_in(asked, "confirm"))
        page.get_by_role("button", name="Yes, send it to me").click()
        page.get_by_role("heading", name="You are subscribed").wait_for()

        mail = editor.sends_an_issue()[ada]
        a_scanner_looks_at(mail, door)
        page.set_content(part(mail, "html"))
        assert page.get_by_text("study-2").count()
        page.goto(door.url + site_link(page, "Unsubscribe"))
        page.get_by_role("button", name="Unsubscribe").click()
        page.get_by_role("heading", name="You are unsubscribed").wait_for()
        assert set(editor.sends_an_issue()) == {STAYS}
        assert page.context.cookies() == []


def site_link(page: Page, name: str) -> str:
    """The path of the first link of that name on a page, which leads to the site."""
    target = page.get_by_role("link", name=name).first.get_attribute("href")
    assert target
    assert target.startswith(SITE)
    return target.removeprefix(SITE)
