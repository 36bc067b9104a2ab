"""Addresses of an example, in settings and in texts."""

from __future__ import annotations

import pytest

from homes import packaged_home
from msnewsletter.checks.address_checks import example_settings
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.settings import parse_settings

PACKAGED = (packaged_home() / "newsletter.toml").read_text()
OWN = PACKAGED.replace("example.org", "quiet.test")


def places(text: str) -> list[str]:
    found = list(example_settings(parse_settings(text)))
    assert all(one.severity is Severity.BLOCK for one in found)
    return [one.place.removeprefix("newsletter.toml: ") for one in found]


def test_every_setting_of_the_example_that_somebody_would_write_to_is_named() -> None:
    assert places(PACKAGED) == [
        *("newsletter.id", "newsletter.site", "mail.from_address", "mail.list_address"),
        *("mail.unsubscribe_url", "mail.unsubscribe_address"),
    ]
    assert places(OWN) == []


@pytest.mark.parametrize(
    "more",
    [
        '[smtp]\nhost = "mail.example.com"',
        '[smtp]\nhost = "127.0.0.1"\nuser = "a@EXAMPLE.ORG"',
        '[[sources]]\nname = "x"\nkind = "feed"\nurl = "https://www.example.net/feed.xml"',
        '[[sources]]\nname = "x"\nkind = "command"\ncommand = "fetch example.org"',
    ],
)
def test_so_is_any_other_setting_in_whatever_section(more: str) -> None:
    assert len(places(f"{OWN}\n{more}\n")) == 1


@pytest.mark.parametrize(
    "site", ["https://myexample.org/", "https://example.org.uk/", "https://my-example.org/"]
)
def test_a_name_that_only_looks_like_it_is_somebody_s(site: str) -> None:
    assert places(OWN.replace('"https://notes.quiet.test/"', f'"{site}"')) == []
