"""The journal of a connection: what it says after any kill, and after a power cut."""

from __future__ import annotations

import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.sending import BOOT, OTHER_BOOT, journal_at, message, sent
from delivery.smtp_peer import SmtpPeer, smtp_peer
from forks import child_of
from msnewsletter.delivery.send_journal import (
    Noted,
    NotedDelivery,
    SendJournal,
    boot_id,
    read_journal,
    recovered,
)
from msnewsletter.delivery.send_outcomes import Accepted, ConnectionEnd, NotTried, SmtpStep
from msnewsletter.delivery.smtp_reply import parsed
from msnewsletter.errors import OutboxError
from msnewsletter.subscribers.bounces import BounceKind

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FIRST = f"msnewsletter-journal 1 {BOOT}\n".encode()
NO = parsed(550, [b"5.1.1 nobody"])


def states(
    data: Iterable[bytes], *, boot: str = BOOT, claimed: Iterable[int] = (1, 2, 3)
) -> list[Noted]:
    found = recovered(claimed, map(read_journal, data), boot=boot)
    return [found[one].noted for one in sorted(found)]


# ── writing ──────────────────────────────────────────────────────────────────────────────────────


def test_a_journal_holds_numbers_and_codes(tmp_path: Path) -> None:
    with SendJournal(tmp_path / "1.journal", boot=BOOT) as journal:
        journal.sending(1)
        journal.accepted(1)
        journal.refused(2, SmtpStep.RCPT, NO)
        journal.refused(3, SmtpStep.DOT, parsed(451, [b"later"]))
    assert (tmp_path / "1.journal").read_bytes() == (
        FIRST + b"S 1\nA 1\nR 2 rcpt 550 5.1.1 dead\nR 3 dot 451 -\n"
    )
    assert (tmp_path / "1.journal").stat().st_mode & 0o777 == 0o600
    assert journal_at(tmp_path / "1.journal").deliveries == {
        1: NotedDelivery(noted=Noted.ACCEPTED),
        2: NotedDelivery(
            noted=Noted.REFUSED,
            step=SmtpStep.RCPT,
            code=550,
            enhanced="5.1.1",
            kind=BounceKind.DEAD,
        ),
        3: NotedDelivery(noted=Noted.REFUSED, step=SmtpStep.DOT, code=451),
    }
    assert [path.name for path in tmp_path.iterdir()] == ["1.journal"]


def test_no_journal_is_written_over(tmp_path: Path) -> None:
    SendJournal(tmp_path / "j", boot=BOOT).close()
    with pytest.raises(FileExistsError):
        SendJournal(tmp_path / "j", boot=BOOT)
    assert (tmp_path / "j").read_bytes() == FIRST


def test_a_second_name_that_a_kill_left_of_a_journal_does_it_no_harm(tmp_path: Path) -> None:
    with SendJournal(tmp_path / "1.journal", boot=BOOT) as journal:
        journal.sending(1)
    (tmp_path / "1.begun").hardlink_to(tmp_path / "1.journal")
    with pytest.raises(FileExistsError):
        SendJournal(tmp_path / "1.journal", boot=BOOT)
    read = read_journal((tmp_path / "1.journal").read_bytes())
    assert read.deliveries.keys() == {1}


def test_a_journal_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutboxError, match=r"cannot be written \(No such file"):
        SendJournal(tmp_path / "no" / "j", boot=BOOT)


def test_a_full_disk_stops_the_connection_before_the_message_leaves(tmp_path: Path) -> None:
    """A limit of the file's size stands for the disk: the first S fits in part, A not at all."""
    for room, kind in ((0, NotTried), (2, NotTried), (4, Accepted)):
        limit = len(FIRST) + room
        with smtp_peer(SmtpPeer()) as peer, file_limit(limit):
            outcomes, dialogue = sent(peer.port, [1, 2], tmp_path / f"{room}")
        assert isinstance(outcomes[0], kind)
        assert outcomes[1:] in ([], [NotTried(id=2, end=ConnectionEnd.GIVEN_UP)])
        assert dialogue.fault
        assert len(peer.messages) == (kind is Accepted)
        noted = recovered([1, 2], [journal_at(tmp_path / f"{room}")], boot=BOOT)
        assert noted[1].noted is (Noted.IN_DOUBT if room == 4 else Noted.NOT_SENT)


class file_limit:  # noqa: N801  (used as a verb)
    """Files may grow to so many bytes, in this process, for as long as the block runs."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __enter__(self) -> None:
        self.before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self.handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (self.limit, self.before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self.before)
        signal.signal(signal.SIGXFSZ, self.handler)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


def test_after_a_kill_what_was_about_to_be_sent_is_in_doubt_and_the_rest_was_not_sent() -> None:
    assert states([FIRST + b"S 1\nA 1\nS 2\n"]) == [Noted.ACCEPTED, Noted.IN_DOUBT, Noted.NOT_SENT]


@pytest.mark.parametrize("torn", [b"S", b"S 3", b"R 3 rcpt 55", b"A 3"])
def test_a_torn_last_line_was_not_written(torn: bytes) -> None:
    assert states([FIRST + b"S 1\nA 1\nS 2\n" + torn])[2] is Noted.NOT_SENT


def test_after_a_power_cut_all_that_has_no_answer_is_in_doubt() -> None:
    journal = FIRST + b"S 1\nA 1\nR 2 rcpt 450 -\n"
    assert states([journal], boot=OTHER_BOOT) == [Noted.ACCEPTED, Noted.IN_DOUBT, Noted.IN_DOUBT]


@pytest.mark.parametrize(
    "damaged",
    [b"", b"S 1\n", b"\0" * 100, FIRST + b"S 1\n\0\0\0", FIRST + b"S 1\n\0\0\n", FIRST + b"X 1\n"],
)
def test_a_journal_that_nobody_wrote_so_proves_nothing_by_what_it_lacks(damaged: bytes) -> None:
    assert states([damaged, FIRST])[2] is Noted.IN_DOUBT


def test_without_a_journal_nothing_was_sent() -> None:
    assert states([]) == [Noted.NOT_SENT] * 3


def test_of_a_delivery_in_two_journals_the_later_try_counts() -> None:
    refused = FIRST + b"R 1 rcpt 450 4.2.1\nR 2 rcpt 450 -\nR 3 dot 450 -\n"
    assert states([refused, FIRST + b"S 1\nA 1\nS 2\n"]) == [
        Noted.ACCEPTED,
        Noted.IN_DOUBT,
        Noted.REFUSED,
    ]
    assert states([FIRST + b"R 1 rcpt 450 -\nS 1\n"])[0] is Noted.IN_DOUBT


@given(
    lines=st.lists(st.sampled_from([b"S 1\n", b"A 1\n", b"R 1 rcpt 550 5.1.1\n"])),
    cut=st.integers(0),
)
def test_a_journal_cut_anywhere_behind_its_first_line_says_what_its_whole_lines_say(
    lines: list[bytes], cut: int
) -> None:
    data = FIRST + b"".join(lines)
    whole = data[: len(FIRST) + cut % (len(data) - len(FIRST) + 1)]
    kept = [one for one in whole[len(FIRST) :].splitlines(keepends=True) if one.endswith(b"\n")]
    last = {b"S": Noted.IN_DOUBT, b"A": Noted.ACCEPTED, b"R": Noted.REFUSED}
    expected = last[kept[-1][:1]] if kept else Noted.NOT_SENT
    assert states([whole], claimed=[1]) == [expected]


@given(data=st.binary(max_size=200))
def test_arbitrary_bytes_are_read(data: bytes) -> None:
    assert read_journal(data).boot is None


def test_this_boot_has_a_name_that_a_journal_can_hold(tmp_path: Path) -> None:
    with SendJournal(tmp_path / "j", boot=boot_id()):
        assert journal_at(tmp_path / "j").complete(boot_id())


# ── killed ───────────────────────────────────────────────────────────────────────────────────────


class KillingJournal(SendJournal):
    """Kills its own process (SIGKILL) before or after the writing of one of its lines."""

    step = 0
    before = False

    def _write(self, line: str) -> None:
        KillingJournal.step -= 1
        if KillingJournal.step == 0 and self.before:
            os.kill(os.getpid(), signal.SIGKILL)
        super()._write(line)
        if KillingJournal.step == 0:
            os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
# The first line, and those of three deliveries of which the second is refused.
@pytest.mark.parametrize("step", range(1, 7))
def test_a_sender_that_is_killed_at_any_line_knows_afterwards_what_it_did(
    step: int,
    before: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    answers = {"RCPT": ["250 ok", "550 5.1.1 no"]}
    with smtp_peer(SmtpPeer(answers=answers)) as peer:

        def killed() -> None:
            KillingJournal.step, KillingJournal.before = step, before
            sent(peer.port, [1, 2, 3], tmp_path / "j", journals=KillingJournal)

        _, status = os.waitpid(child_of(killed), 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    read = [journal_at(tmp_path / "j")] if (tmp_path / "j").exists() else []
    noted = recovered([1, 2, 3], read, boot=BOOT)
    for number, one in noted.items():
        arrived = message(number) in peer.messages
        if one.noted is Noted.ACCEPTED:
            assert arrived
        elif one.noted is not Noted.IN_DOUBT:
            assert not arrived
    written = step - before
    expected = [
        Noted.NOT_SENT if written < 2 else Noted.IN_DOUBT if written < 3 else Noted.ACCEPTED,
        Noted.NOT_SENT if written < 4 else Noted.REFUSED,
        Noted.NOT_SENT if written < 5 else Noted.IN_DOUBT if written < 6 else Noted.ACCEPTED,
    ]
    assert [noted[number].noted for number in (1, 2, 3)] == expected
