"""Redirects stay at the desk, however an address is written: judged by a real browser."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browsers import patient_page
from homes import AT, empty_home
from msnewsletter.web.desk.own_addresses import own_address
from msnewsletter.web.desk.responses import back
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

# What browsers leave out, or read as a slash, or as the end of a scheme.
SIGNS = ["/", "\\", "\t", "\n", "\0", " ", ":", "@", ".", "http:", "javascript:", "//evil.example"]


@pytest.mark.parametrize("address", ["/", "/?view=text", "/issues/7", "/summary?place=a//b.md#x"])
def test_an_address_of_ours_stays_as_it_is(address: str) -> None:
    assert own_address(address) == address


@given(st.text(st.sampled_from(sorted({*"".join(SIGNS)})) | st.characters(codec="utf-8")))
@example("https://evil.example/")
@example("/\t/evil.example")
def test_whatever_is_asked_begins_with_one_slash(address: str) -> None:
    made = own_address(address)
    assert made[0] == "/"
    assert made[1:2] not in {"/", "\\", "\t", "\n", "\r"}
    assert own_address(made) == made


def test_a_browser_stays_at_the_desk_wherever_a_redirect_leads(
    browser: Browser, tmp_path: Path
) -> None:
    desk = DeskClient(empty_home(tmp_path), AT)
    asked = ["".join(signs) + "evil.example/" for signs in product(SIGNS, repeat=3)]
    led = [own_address(one) for one in asked]
    led += [own_address(quote(one)) for one in asked]
    led += [back(desk.request(), one).headers["location"] for one in asked[::100]]
    page = patient_page(browser)
    hosts = page.evaluate(
        "led => [...new Set(led.map(to => new URL(to, 'http://127.0.0.1:8391/').host))]", led
    )
    page.context.close()
    assert hosts == ["127.0.0.1:8391"]
