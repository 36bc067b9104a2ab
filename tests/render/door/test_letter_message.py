"""The door's mails: whole, plain, and quiet about the illness on a lock screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

import pytest

from msnewsletter.home import packaged_home
from msnewsletter.publisher.templates import read_templates
from msnewsletter.render.door.letter_message import LetterHeaders, letter_message
from msnewsletter.settings import load_settings
from msnewsletter.subscribers.door_rules import DoorLetter

if TYPE_CHECKING:
    from email.message import EmailMessage

    from msnewsletter.model import Masthead

MASTHEAD = load_settings(packaged_home() / "newsletter.toml").masthead()
TEMPLATES = read_templates(packaged_home() / "templates")
LINK = "https://notes.example.org/confirm/" + "x" * 63
HEADERS = LetterHeaders(
    to="ada@example.org", date=datetime(2026, 11, 23, 8, tzinfo=UTC), unique="door.1a2b"
)


def letter(kind: DoorLetter, masthead: Masthead = MASTHEAD) -> bytes:
    return letter_message(kind, HEADERS, link=LINK, masthead=masthead, templates=TEMPLATES)


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("kind", DoorLetter)
def test_a_letter_has_its_link_in_both_parts_and_every_header_once(kind: DoorLetter) -> None:
    raw = letter(kind)
    message = read(raw)
    assert not message.defects
    for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"):
        assert len(message.get_all(name, [])) == 1
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    for part in parts:
        assert LINK in part.get_content()
        assert "1 Example Street" in part.get_content()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert "https://" not in parts[1].get_content().replace(LINK, "")


def test_the_name_stands_before_the_postal_address_that_lacks_it() -> None:
    for address, times in (("1 Example Street", 1), (f"{MASTHEAD.title}, 1 Example Street", 1)):
        made = read(letter(DoorLetter.LINK, replace(MASTHEAD, postal_address=address)))
        for part in made.iter_parts():
            foot = part.get_content().rpartition("mistyped")[2]
            assert foot.count(MASTHEAD.title) == times
            assert address in foot


def test_the_lock_screen_names_no_illness() -> None:
    loud = replace(MASTHEAD, title="MS Research Notes", from_name="Multiple Sclerosis Notes")
    message = read(letter(DoorLetter.CONFIRM, loud))
    assert message["Subject"] == "Research Notes: please confirm that you want this mail"
    assert "clerosis" not in message["From"]


def test_a_title_that_is_hostile_stays_text() -> None:
    hostile = replace(MASTHEAD, title="A\r\nBcc: x@example.org <b>")
    message = read(letter(DoorLetter.LINK, hostile))
    assert message["Bcc"] is None
    html = message.get_body(["html"])
    assert html
    assert "<b>" not in html.get_content()


def test_the_same_letter_has_the_same_bytes() -> None:
    assert letter(DoorLetter.ALREADY) == letter(DoorLetter.ALREADY)
