"""What the outbox shows of an issue, what takes it back, and who is told where the disk refuses."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from homes import empty_home
from msnewsletter.disk import outbox
from msnewsletter.errors import OutboxError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from msnewsletter.home import Home

CUTOFF = datetime(2026, 11, 23, 7, 0, 5, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = empty_home(tmp_path)
    outbox.write_issue(home, 7, {"a.txt": b"a"}, b"{}")
    outbox.release_issue(home, 7)
    return home


def test_an_outbox_is_lost_when_its_folder_for_writing_is_gone(home: Home) -> None:
    assert not outbox.is_lost(home)
    (home.outbox / "tmp").rename(home.outbox / "elsewhere")
    assert outbox.is_lost(home)


def test_the_first_write_makes_all_that_consumers_and_web_servers_look_for(home: Home) -> None:
    assert {path.name for path in home.outbox.iterdir()} == {"tmp", "new", "sent", "site"}


def test_a_released_issue_is_found_wherever_it_went(home: Home) -> None:
    assert outbox.released_folder(home, 8) is None
    assert outbox.released_folder(home, 7) == home.outbox / "new" / "0007"
    assert not outbox.is_taken(home, 7)
    outbox.take_issue(home, 7)
    assert outbox.is_taken(home, 7)
    assert not outbox.is_taken(home, 8)


def test_one_that_was_moved_back_to_new_is_still_ours(home: Home) -> None:
    outbox.take_issue(home, 7)
    outbox.mark_delivery(home, 7, b"{}")
    (home.outbox / "sending" / "0007").rename(home.outbox / "new" / "0007")
    assert outbox.delivered_here(home) == (7,)


def test_the_issues_of_our_sender_are_in_order(home: Home) -> None:
    for name in ("0012", "0003", "0010", "0001"):
        (home.outbox / "sending" / name).mkdir(parents=True)
    assert outbox.delivered_here(home) == (1, 3, 10, 12)


def test_what_waits_is_a_folder_with_the_time_since_when(home: Home) -> None:
    new = home.outbox / "new"
    os.utime(new / "0007", (1_800_000_000.5, 1_800_000_000.5))
    (new / "0003").mkdir()
    os.utime(new / "0003", (1_700_000_000, 1_700_000_000))
    (new / "notes.txt").write_text("of an operator")
    (new / "0009").symlink_to(new / "0003")
    assert outbox.waiting_folders(home) == (
        ("0003", datetime.fromtimestamp(1_700_000_000, UTC)),
        ("0007", datetime.fromtimestamp(1_800_000_000, UTC)),
    )


def test_nothing_waits_where_there_is_no_folder_of_new_issues(tmp_path: Path) -> None:
    assert outbox.waiting_folders(empty_home(tmp_path)) == ()


def test_what_was_put_away_twice_comes_back_once(home: Home) -> None:
    outbox.take_issue(home, 7)
    outbox.put_sent(home, 7)
    for _ in range(2):
        outbox.take_back(home, 7)
        assert outbox.is_taken(home, 7)


# ── taking an issue out of the outbox again ──────────────────────────────────────────────────────


def test_an_issue_is_withdrawn_whole_under_the_time_of_its_cutoff_and_once(home: Home) -> None:
    assert outbox.withdraw_issue(home, 7, as_of=CUTOFF)
    aside = home.outbox / "withdrawn" / "0007-2026-11-23T070005"
    assert {path.name for path in aside.iterdir()} == {"a.txt", "manifest.json"}
    assert outbox.waiting_folders(home) == ()
    assert outbox.withdraw_issue(home, 7, as_of=CUTOFF)


def test_an_issue_that_a_sender_took_is_not_withdrawn(home: Home) -> None:
    outbox.take_issue(home, 7)
    assert not outbox.withdraw_issue(home, 7, as_of=CUTOFF)
    assert outbox.is_taken(home, 7)


def test_a_number_is_taken_by_an_issue_s_folder_or_its_archive_document_but_not_its_pages(
    home: Home,
) -> None:
    assert outbox.stray_issue(home, 7) == home.outbox / "new" / "0007"
    pages = home.site / "archive" / "0008"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("a page")
    assert outbox.stray_issue(home, 8) is None
    (pages / "feed.json").write_text("{}")
    assert outbox.stray_issue(home, 8) == pages / "feed.json"


def test_sweeping_follows_no_link(home: Home, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    (mine / "inner").mkdir(parents=True)
    (home.outbox / "tmp" / "link").symlink_to(mine)
    (home.outbox / "tmp" / "gone").symlink_to(mine / "nothing")
    (home.outbox / "tmp" / "0008").mkdir()
    outbox.sweep(home)
    assert list((home.outbox / "tmp").iterdir()) == []
    assert (mine / "inner").is_dir()


def test_sweeping_lays_out_an_outbox_that_is_not_there(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    outbox.sweep(home)
    assert (home.outbox / "tmp").is_dir()


# ── who releases it ──────────────────────────────────────────────────────────────────────────────


def test_a_claim_is_read_as_it_was_written_until_it_is_forgotten_which_may_be_repeated(
    home: Home,
) -> None:
    assert outbox.claim_here(home) is None
    outbox.write_claim(home, "0123456789abcdef")
    assert home.claim.read_bytes() == b"0123456789abcdef\n"
    assert outbox.claim_here(home) == "0123456789abcdef"
    for _ in range(2):
        outbox.forget_claim(home)
        assert outbox.claim_here(home) is None


def test_a_claim_that_is_no_text_is_another_s_and_a_huge_one_is_refused(home: Home) -> None:
    home.claim.parent.mkdir(exist_ok=True)
    home.claim.write_bytes(b"\xff\n")
    assert outbox.claim_here(home) == "\ufffd"
    home.claim.write_bytes(b"x" * 1_000)
    assert outbox.claim_here(home) == "x" * 1_000
    home.claim.write_bytes(b"x" * 1_001)
    with pytest.raises(OutboxError) as refused:
        outbox.claim_here(home)
    assert refused.value.place == "var/begun"


# ── a disk that refuses ──────────────────────────────────────────────────────────────────────────


def in_the_way(home: Home, name: str) -> None:
    """Put a file where a folder of the outbox has to be."""
    (home.outbox / name).rename(home.outbox / f"{name} before")
    (home.outbox / name).write_text("in the way")


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("tmp", lambda home: outbox.write_issue(home, 8, {}, b"{}")),
        ("tmp", lambda home: outbox.release_issue(home, 8)),
        ("tmp", outbox.sweep),
        ("sending", lambda home: outbox.take_issue(home, 7)),
        ("sending", lambda home: outbox.mark_delivery(home, 7, b"{}")),
        ("sending", lambda home: outbox.put_sent(home, 7)),
        ("sending", lambda home: outbox.take_back(home, 7)),
        ("withdrawn", lambda home: outbox.withdraw_issue(home, 7, as_of=CUTOFF)),
    ],
)
def test_where_the_disk_refuses_the_error_names_the_place_in_the_home(
    home: Home, name: str, act: Callable[[Home], object]
) -> None:
    (home.outbox / name).mkdir(exist_ok=True)
    in_the_way(home, name)
    with pytest.raises(OutboxError) as refused:
        act(home)
    assert refused.value.place.startswith(f"outbox/{name}")


def test_a_claim_that_cannot_be_removed_or_written_is_named(home: Home) -> None:
    home.claim.mkdir(parents=True)
    with pytest.raises(OutboxError) as refused:
        outbox.forget_claim(home)
    assert refused.value.place == "var/begun"
    with pytest.raises(OutboxError) as refused:
        outbox.write_claim(home, "token")
    assert refused.value.place.startswith("var/")


def test_a_mark_that_is_too_large_to_be_ours_is_refused_by_its_place(home: Home) -> None:
    mark = home.outbox / "new" / "0007" / outbox.DELIVERY_MARK
    mark.write_bytes(b"x" * 10_000)
    assert outbox.delivery_mark(home, 7) == b"x" * 10_000
    mark.write_bytes(b"x" * 10_001)
    with pytest.raises(OutboxError) as refused:
        outbox.delivery_mark(home, 7)
    assert refused.value.place == "outbox/new/0007/delivery.json"
