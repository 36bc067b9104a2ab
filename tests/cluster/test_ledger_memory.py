"""What a worker remembers of the ledger, and how it notices one that was set back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter.cluster.ledger_memory import LedgerMemory
from msnewsletter.errors import OutboxError
from msnewsletter.home import Home
from msnewsletter.store.subscribers.mailing_queries import Mailing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

BEGUN = datetime(2026, 11, 28, 8, tzinfo=UTC)


class Ledger:
    """The mailings of a store; `while_read` is done at the moment at which they are read.

    `decided`: those of which a person has decided since.
    """

    def __init__(self, *mailings: Mailing) -> None:
        self.found = list(mailings)
        self.held: dict[int, int] = {}
        self.decided: set[int] = set()
        self.while_read: Callable[[], None] = lambda: None

    def mailings(self) -> list[Mailing]:
        found = list(self.found)
        self.while_read()
        return found

    def hold_older(self, issue: int, *, remembered: int) -> bool:
        if issue in self.decided:
            return False
        self.held[issue] = remembered
        return all(one.remembered is None for one in self.found if one.issue == issue)


def mailing(issue: int, claims: int, **other: Any) -> Mailing:
    return Mailing(issue=issue, manifest="0" * 64, claims=claims, **({"created": BEGUN} | other))


def memory(root: Path) -> LedgerMemory:
    return LedgerMemory(Home(root), root / "var" / "ledger.json")


def held(memory: LedgerMemory, ledger: Ledger) -> list[int]:
    return memory.hold_older(ledger)  # type: ignore[arg-type]


def test_what_a_ledger_has_forgotten_is_held_and_all_else_goes_on(tmp_path: Path) -> None:
    first = memory(tmp_path)
    first.remember(mailing(1, 0), 7)
    assert held(first, Ledger(mailing(1, 8), mailing(2, 3))) == []
    again = memory(tmp_path)  # the worker was started anew
    set_back = Ledger(mailing(1, 7), mailing(2, 3), mailing(3, 0))
    assert held(again, set_back) == [1]
    assert set_back.held == {1: 8}
    known = Ledger(mailing(1, 7, remembered=8))
    assert held(again, known) == []
    assert known.held == {1: 8}


def test_what_a_person_has_let_go_on_meanwhile_is_not_said_to_be_held(tmp_path: Path) -> None:
    known = memory(tmp_path)
    known.remember(mailing(1, 0), 7)
    known.remember(mailing(2, 0), 7)
    ledger = Ledger(mailing(1, 3), mailing(2, 3))
    ledger.decided = {1}
    assert held(known, ledger) == [2]


def test_what_is_claimed_while_the_ledger_is_read_is_no_loss(tmp_path: Path) -> None:
    known = memory(tmp_path)
    ledger = Ledger(mailing(1, 3))
    ledger.while_read = lambda: known.remember(mailing(1, 0), 4)
    assert held(known, ledger) == []
    assert ledger.held == {}


@pytest.mark.parametrize(
    "other", [{"created": BEGUN + timedelta(hours=1)}, {"finished": BEGUN + timedelta(hours=1)}]
)
def test_after_a_reset_a_number_means_another_issue_and_what_is_finished_is_not_sent(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    known = memory(tmp_path)
    known.remember(mailing(1, 0), 9)
    assert held(known, Ledger(mailing(1, 1, **other))) == []


def test_it_keeps_the_newest_fifty(tmp_path: Path) -> None:
    known = memory(tmp_path)
    for issue in range(1, 61):
        known.remember(mailing(issue, 0), 5)
    ledger = Ledger(*(mailing(issue, 1) for issue in range(1, 61)))
    assert held(memory(tmp_path), ledger) == list(range(11, 61))


def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "ledger.json").write_text("{")
    with pytest.raises(OutboxError, match=r"var/ledger\.json: it is damaged; remove it"):
        memory(tmp_path)
