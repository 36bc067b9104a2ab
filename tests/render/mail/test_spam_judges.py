"""What two judges of spam say of mail as a reader gets it: both editions, filled as documented."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

import rspamd
from msnewsletter.model import ListAddresses
from msnewsletter.render.mail import mailmerge
from msnewsletter.render.mail.issue_folder import render_folder
from render.mail.samples import ISSUES, SUMMARIES, issue_of
from render.mail.test_judged import careless, spam_scores

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rspamd import Rspamd

# A sender's random values, as docs/guides/other-senders.md asks for them.
FILLED = {
    "address": "reader@example.net",
    "message_id": "0f8fad5bd9cb469fa16570867728950e",
    "token": "mU4WnZ0hQ7yKc1RtX2bV9g",
}
OWN_LIST = issue_of(
    *SUMMARIES[:3],
    reply_to="editors@example.org",
    low_energy=ListAddresses(
        list_address="short@lists.example.org",
        unsubscribe_url="https://notes.example.org/leave-short/",
        unsubscribe_address="leave-short@example.org",
    ),
)
EACH = {**ISSUES, "a list of its own": OWN_LIST}
EDITIONS = ("mailmerge.eml", "mailmerge-short.eml")


@pytest.fixture(scope="module")
def letters(templates: Mapping[str, str]) -> dict[tuple[str, str], bytes]:
    """Both editions of each issue, filled for a reader."""
    return {
        (name, edition): mailmerge.fill(mailmerge.split_merge(files[edition]), **FILLED)
        for name, issue in EACH.items()
        for files in (render_folder(issue, templates).files,)
        for edition in EDITIONS
    }


@pytest.fixture(scope="module")
def server() -> Iterator[Rspamd]:
    yield from rspamd.running()


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("name", EACH)
def test_rspamd_finds_as_many_addresses_in_one_part_as_in_the_other(
    name: str, edition: str, letters: dict[tuple[str, str], bytes], server: Rspamd
) -> None:
    found = server.symbols(letters[name, edition])
    assert "URI_COUNT_ODD" not in found


@pytest.mark.parametrize("edition", EDITIONS)
def test_rspamd_minds_nothing_but_the_age_of_the_samples(
    edition: str, letters: dict[tuple[str, str], bytes], server: Rspamd
) -> None:
    found = server.symbols(letters["a list of its own", edition])
    assert found["HAS_LIST_UNSUB"] < 0, "its rules were run"
    assert {name for name, score in found.items() if score > 0} <= {
        "DATE_IN_PAST",
        "DATE_IN_FUTURE",
    }


def test_rspamd_minds_an_address_in_one_part_alone_and_a_message_id_that_is_none(
    letters: dict[tuple[str, str], bytes], server: Rspamd
) -> None:
    good = letters["one", "mailmerge.eml"]
    one_more = re.sub(
        rb"\r\n\r\n(?=One study)", rb"\r\n\r\nhttps://example.com/x\r\n", good, count=1
    )
    nameless = re.sub(rb"\r\nMessage-ID: <[^>]*>", b"\r\nMessage-ID: <7>", good)
    assert {one_more, nameless}.isdisjoint({good})
    assert "URI_COUNT_ODD" in server.symbols(one_more)
    assert "INVALID_MSGID" in server.symbols(nameless)


@pytest.fixture(scope="module")
def spam(letters: dict[tuple[str, str], bytes], root: Path) -> dict[str, tuple[float, str]]:
    """What SpamAssassin says of them, and of one that is careless."""
    some = {f"{name}, {edition}": letter for (name, edition), letter in letters.items()}
    good = letters["a list of its own", "mailmerge-short.eml"]
    without = {name: one for name, one in some.items() if not name.startswith("eighty,")}
    return spam_scores(root, without | {"careless": careless(good)})


def test_spamassassin_gives_a_filled_mail_at_most_half_a_point(
    spam: dict[str, tuple[float, str]],
) -> None:
    ours = {name: found for name, found in spam.items() if name != "careless"}
    assert {name: found for name, found in ours.items() if found[0] > 0.5} == {}


def test_spamassassin_minds_a_filled_mail_without_its_date_and_message_id(
    spam: dict[str, tuple[float, str]],
) -> None:
    assert spam["careless"][0] > 0.5
