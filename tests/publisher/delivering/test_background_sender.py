"""The sender beside the clock: whatever happens to a run, somebody hears how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from homes import AT, empty_home
from msnewsletter.publisher.delivering.background_sender import BackgroundSender
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock

if TYPE_CHECKING:
    from pathlib import Path


def test_a_bug_ends_the_run_with_one_line_without_an_address(
    tmp_path: Path,
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise KeyError("ada%40example.org\nand more")

    sender = BackgroundSender(
        empty_home(tmp_path),
        clock=DeliveryClock(now=lambda: AT, monotonic=lambda: 0.0),
        send=broken,
    )
    sender.start()
    ended = sender.ended(within=20)
    assert ended
    assert str(ended.failure).startswith("sending: a bug: KeyError: ")
    assert "ada" not in str(ended.failure)
    assert not sender.at_work
