"""What an address asks to see: what nobody offers counts as not said, and addresses stay short."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.web.desk.query import VIEWS, Choice, number_in

USUAL = Choice(path="/")
HOSTILE = [
    "",
    "nothing",
    "MAIL",
    "mail ",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "'; DROP TABLE issues; --",
    "\0",
    "é" * 5000,
]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(
    "name", ["view", "width", "mode", "images", "size", "styles", "feed", "edition"]
)
def test_a_choice_that_nobody_offers_is_the_usual_one(name: str, value: str) -> None:
    assert Choice.read("/", {name: value}) == USUAL


@pytest.mark.parametrize("first", ["-1", "1.5", "²", "٣", "1e3", "9999999", "1 ", "0x10"])
def test_a_row_that_is_no_number_is_the_first(first: str) -> None:
    assert Choice.read("/", {"first": first}).first == 0


def test_what_is_offered_is_read() -> None:
    asked = {"view": "text", "first": "50", "find": "  sleep walks ", "page": "a.html", "x": "y"}
    wanted = Choice(path="/", view="text", first=50, find="sleep walks", page="a.html")
    assert Choice.read("/", asked) == wanted
    assert all(Choice.read("/", {"view": view}).view == view for view in VIEWS)


@pytest.mark.parametrize("path", ["/", "/issues/7"])
def test_an_address_says_only_what_is_not_as_usual(path: str) -> None:
    usual = Choice(path=path)
    assert usual.url() == path
    assert usual.url(view="text") == f"{path}?view=text"
    assert Choice(path=path, view="text").url(view="mail") == path


@given(
    st.builds(
        Choice,
        path=st.just("/"),
        view=st.sampled_from(list(VIEWS)),
        mode=st.sampled_from(["light", "dark", "both"]),
        page=st.text(),
        against=st.text(),
        find=st.text().map(str.strip),
        first=st.integers(0, 999_999),
    )
)
def test_an_address_is_read_back_as_it_was_meant(choice: Choice) -> None:
    parts = urlsplit(choice.url())
    assert (parts.scheme, parts.netloc, parts.path) == ("", "", "/")
    assert Choice.read("/", dict(parse_qsl(parts.query, keep_blank_values=True))) == choice


@given(st.dictionaries(st.sampled_from([*vars(Choice)["__slots__"], "x"]), st.text()))
def test_no_address_whatever_it_says_is_an_error(query: dict[str, str]) -> None:
    choice = Choice.read("/", query)
    assert choice.path == "/"
    assert 0 <= choice.first < 1_000_000


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("0012", 12), ("", None), ("-7", None), ("²", None), ("1" * 10, None), ("a", None)],
)
def test_the_number_of_an_issue_is_a_number_or_none(text: str, number: int | None) -> None:
    assert number_in(text) == number


def test_length_and_readers_of_an_edition_are_chosen_apart() -> None:
    short = Choice(path="/", view="text", edition="digest-short")
    assert (short.is_short, short.is_to_one) == (True, False)
    assert short.to("one") == "/?view=text&edition=mailmerge-short"
    assert short.length("whole") == "/?view=text"
    one = Choice(path="/", edition="mailmerge")
    assert one.to("list") == "/"
    assert one.length("short") == "/?edition=mailmerge-short"


def test_a_frame_is_told_all_that_changes_how_it_looks() -> None:
    wanted = {"mode": "dark", "images": "off", "size": "200", "styles": "off"}
    choice = Choice.read("/", wanted | {"view": "mail", "width": "320"})
    assert dict(parse_qsl(choice.in_frame)) == wanted
