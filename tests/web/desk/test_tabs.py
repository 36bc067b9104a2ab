"""Each screen of the desk is under one tab."""

from __future__ import annotations

import pytest

from msnewsletter.web.desk.tabs import TABS, tab_of


@pytest.mark.parametrize("address", TABS)
def test_a_tab_s_first_screen_is_under_it(address: str) -> None:
    assert tab_of(address) == address


@pytest.mark.parametrize(
    ("path", "tab"),
    [
        ("/issues/7", "/issues"),
        ("/issues/7/files/digest.html", "/issues"),
        ("/summary", "/summaries"),
        ("/choice", "/summaries"),
        ("/approve", "/"),
        ("/publish", "/"),
        ("/issuesx", "/"),
        ("//evil.example", "/"),
    ],
)
def test_other_screens_are_under_the_tab_that_they_belong_to(path: str, tab: str) -> None:
    assert tab_of(path) == tab
