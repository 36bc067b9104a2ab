"""The site leads to the door where there is one, and to none where there is not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, empty_home, write_summary
from msnewsletter.publisher.publish import publish, publish_site
from msnewsletter.publisher.site.shown_frame import read_shown_frame

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DOOR = '\n[smtp]\nhost = "mail.example.org"\n\n[subscribe]\n'
PAGES = ("index.html", "about.html", "feeds.html", "issues/0001.html", "404.html")
SIGN_UP = 'href="https://notes.example.org/subscribe"'
# On another host: other programs have the site's own.
ELSEWHERE = "https://door.example.org/in/unsubscribe/"


def linked(home: Home, link: str = SIGN_UP) -> dict[str, int]:
    return {name: (home.site / name).read_text().count(link) for name in PAGES}


def published(root: Path, more: str, **settings: str) -> Home:
    home = empty_home(root, **settings)
    write_summary(home, "one")
    home.settings.write_text(home.settings.read_text() + more)
    publish(home, at=AT)
    return home


@pytest.mark.parametrize("kind", ["any", "ours"])
def test_home_footer_about_and_follow_lead_to_the_sign_up(tmp_path: Path, kind: str) -> None:
    home = published(tmp_path, DOOR, language=f'"en"\nsite_links = "{kind}"')
    assert linked(home) == {
        "index.html": 2,
        "about.html": 2,
        "feeds.html": 2,
        "issues/0001.html": 1,
        "404.html": 1,
    }
    assert set(linked(home, 'href="https://notes.example.org/preferences"').values()) == {1}


def test_without_a_door_nothing_leads_to_one(tmp_path: Path) -> None:
    home = published(tmp_path, "")
    assert set(linked(home, "subscribe").values()) == {0}
    assert "Disallow" not in (home.site / "robots.txt").read_text()


def test_robots_do_not_look_at_tokens(tmp_path: Path) -> None:
    home = published(tmp_path, DOOR)
    lines = (home.site / "robots.txt").read_text().splitlines()
    assert lines[:6] == [
        "User-agent: *",
        "Allow: /",
        "Disallow: /confirm/",
        "Disallow: /preferences/",
        "Disallow: /unsubscribe/",
        "Disallow: /come-back/",
    ]


def test_a_door_on_another_host_is_led_to_there(tmp_path: Path) -> None:
    home = published(tmp_path, DOOR, unsubscribe_url=f'"{ELSEWHERE}"')
    assert set(linked(home, 'href="https://door.example.org/in/subscribe"').values()) == {1, 2}
    assert "Disallow" not in (home.site / "robots.txt").read_text()


def test_opening_and_closing_the_door_makes_all_pages_anew(tmp_path: Path) -> None:
    home = published(tmp_path, "")
    closed = home.settings.read_text()
    home.settings.write_text(closed + DOOR)
    publish_site(home, at=AT + timedelta(hours=1))
    assert set(linked(home).values()) == {1, 2}
    shown = read_shown_frame(home)
    assert shown
    assert shown.last
    assert shown.last.settings == (("door", "", "https://notes.example.org/"),)
    home.settings.write_text(closed)
    publish_site(home, at=AT + timedelta(hours=2))
    assert set(linked(home).values()) == {0}
