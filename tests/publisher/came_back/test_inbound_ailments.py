"""Doctor says what those who sent mail back want mended, and whether what comes back is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home
from msnewsletter.publisher.came_back.inbound_ailments import ReturnsOfIssue, refused_mail
from msnewsletter.settings import load_settings
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.bounces import BounceKind, NotedBounce
from msnewsletter.subscribers.subscriber import SubscriberState

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

SMTP = '[smtp]\nhost = "127.0.0.1"\n'
OURS, SOFT, DEAD = BounceKind.OURS, BounceKind.SOFT, BounceKind.DEAD


def made(root: Path, lines: str) -> Home:
    home = empty_home(root)
    with home.settings.open("a") as file:
        file.write(f"\n{lines}\n")
    return home


def inbound_lines(home: Home) -> list[str]:
    lines = command(home, "doctor").stdout.splitlines()
    return [line for line in lines if line[5:].startswith("inbound:")]


def test_bounces_that_nobody_reads_are_bad_until_a_section_says_who_reads_them(
    tmp_path: Path,
) -> None:
    home = made(tmp_path, SMTP + '[deliver]\nbounces = "bounces@example.org"')
    [line] = inbound_lines(home)
    assert line.startswith("BAD  inbound: deliver.bounces is set, and there is no [inbound]")
    # The mail server hands them over.
    home.settings.write_text(home.settings.read_text() + "\n[inbound]\n")
    assert inbound_lines(home) == ["ok   inbound: your mail server hands over what comes back"]


def test_a_mailbox_without_an_address_for_bounces_is_bad(tmp_path: Path) -> None:
    home = made(tmp_path, SMTP + "[deliver]\n[inbound]\n")
    [line] = inbound_lines(home)
    assert "deliver.bounces is not set" in line
    assert line.startswith("BAD ")


def test_without_both_sections_all_is_well(tmp_path: Path) -> None:
    home = made(tmp_path, "")
    assert inbound_lines(home) == [
        "ok   inbound: there is no [inbound], so nothing that comes back is read"
    ]


def test_a_maildir_that_is_not_there_is_bad_and_no_address_is_said(tmp_path: Path) -> None:
    home = made(tmp_path, '[inbound]\nmaildir = "mail/ada@example.org"')
    [line] = inbound_lines(home)
    assert line.startswith("BAD  inbound: what comes back cannot be fetched: ")
    assert "name a Maildir" in line
    assert "ada@" not in line


def test_a_sandbox_reads_no_mail_of_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MSNEWSLETTER_IMAP_PASSWORD", "x")
    home = made(tmp_path, '[inbound]\nhost = "imap.example"\nuser = "me"')
    [line] = inbound_lines(home)
    assert "this home is a sandbox" in line


def returned(deliveries: int, **codes: int) -> list[str]:
    counts = {(OURS, code.replace("_", ".").strip("c")): n for code, n in codes.items()}
    counts |= {(DEAD, "5.1.1"): 50, (SOFT, None): 50}
    found = ReturnsOfIssue(issue=7, deliveries=deliveries, counts=counts)
    return [one.says for one in refused_mail(found)]


def test_one_refusal_of_our_mail_in_a_hundred_is_for_a_person_and_fewer_are_not() -> None:
    assert returned(1000, c5_7_1=9) == []
    assert returned(0) == returned(1000) == []
    [says] = returned(1000, c5_7_1=8, c5_7_26=2)
    assert says.startswith(
        "issue 0007: 10 of 1000 mails came back refused because of us, with 5.7.1 (8), 5.7.26 (2); "
    )
    assert says.count("SPF, DKIM and DMARC") == 1


@pytest.mark.parametrize(
    ("code", "todo"),
    [
        ("c5_7_1", "SPF, DKIM and DMARC"),
        ("c4_7_0", "reputation"),
        ("c5_1_8", "check mail.from_address"),
        ("c5_1_90", "lower deliver.per_day"),
        ("c5_2_3", "too long"),
        ("c5_2_0", "reputation"),
        ("c5_3_2", "server of [smtp]"),
        ("c5_5_1", "server of [smtp]"),
        ("c5_6_0", "msnewsletter check"),
        ("no code", "SPF, DKIM and DMARC"),
    ],
)
def test_each_kind_of_refusal_says_what_to_do(code: str, todo: str) -> None:
    [says] = returned(10, **{code: 10})
    assert todo in says


def test_doctor_and_status_say_what_came_back_of_the_last_issue(tmp_path: Path) -> None:
    home = made(tmp_path, SMTP + '[deliver]\nbounces = "bounces@example.org"\n[inbound]\n')
    with open_subscribers(subscribers_at(home, load_settings(home.settings))) as store:
        for name in ("ada", "bo"):
            store.add_subscriber(
                parse_address(f"{name}@example.org"), at=AT, state=SubscriberState.CONFIRMED
            )
        for issue, kinds in ((1, (OURS, OURS)), (2, (DEAD, SOFT))):
            store.enqueue(issue, manifest="x", at=AT)
            claimed = store.claim_deliveries(issue, most=9, journal="j", now=AT)
            for one, kind in zip(claimed, kinds, strict=True):
                bounce = NotedBounce(delivery=one.id, at=AT, kind=kind, code="5.7.1")
                store.note_bounce(bounce, subscriber=1, suppress=False, soft_bounces=None)
    says = "of issue 2 came back: 1 of dead addresses, 1 for now"
    assert inbound_lines(home) == [
        f"ok   inbound: your mail server hands over what comes back; {says}"
    ]
    assert says in command(home, "status", "--at", AT.isoformat()).stdout
