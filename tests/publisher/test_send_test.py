"""A test send from the command line to a real mail server, and what it leaves untouched."""

from __future__ import annotations

import email
import email.policy
from typing import TYPE_CHECKING

import pytest
from listunsub import audit

from databases import start_anew, stored
from homes import AT, command, empty_home, sample_home, tree, write_summary
from mailservers import PASSWORD, USER, mail_server
from msnewsletter.errors import DeliveryError, RefusedError, SettingsError
from msnewsletter.publisher.preview import next_issue_preview
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.send_test import mailboxes, send_test
from msnewsletter.render.mail.render import Edition

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage
    from pathlib import Path

    from mailservers import Mailbox
    from msnewsletter.home import Home

EDITOR = "editor@example.net"
WHEN = "2026-11-23T08:00"


def with_smtp(home: Home, port: int, *more: str) -> Home:
    lines = ["", "[smtp]", 'host = "127.0.0.1"', f"port = {port}", 'security = "none"', *more]
    text = home.settings.read_text().replace("sandbox = true", "sandbox = false")
    home.settings.write_text(text + "\n".join(lines) + "\n")
    return home


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as made:
        yield made


@pytest.fixture
def home(tmp_path: Path, box: Mailbox) -> Home:
    return with_smtp(sample_home(tmp_path / "home"), box.port)


def parse(message: bytes) -> EmailMessage:
    return email.message_from_bytes(message, policy=email.policy.default)


# ── what it leaves untouched ─────────────────────────────────────────────────────────────────────


def test_a_test_send_writes_nothing_into_a_home_that_has_published_nothing(
    home: Home, box: Mailbox
) -> None:
    before = tree(home.root)
    done = command(home, "test-send", EDITOR, "--at", WHEN)
    assert (done.returncode, done.stderr, len(box.letters)) == (0, "", 1)
    assert tree(home.root) == before
    assert not home.var.exists()
    assert not home.outbox.exists()


def test_a_test_send_changes_no_byte_of_database_outbox_or_records(
    home: Home, box: Mailbox
) -> None:
    publish(home, at=AT)
    write_summary(home, "new", "2026-11-25")
    before, database = tree(home.root), stored(home)
    for edition in ("digest", "digest-short"):
        words = ("--edition", edition, "--at", "2026-11-30T08:00")
        assert command(home, "test-send", EDITOR, *words).returncode == 0
    assert [parse(letter.message)["Subject"][:6] for letter in box.letters] == ["[Test]"] * 2
    assert tree(home.root) == before
    assert stored(home) == database


def test_what_was_tested_is_still_published_in_full_afterwards(
    home: Home, box: Mailbox, tmp_path: Path
) -> None:
    never_tested = sample_home(tmp_path / "other")
    send_test(home, [EDITOR], at=AT, seed="1")
    publish(home, at=AT)
    start_anew()
    publish(never_tested, at=AT)
    assert len(box.letters) == 1
    assert tree(home.outbox, home.records) == tree(never_tested.outbox, never_tested.records)


def test_a_test_that_is_refused_writes_nothing_either(home: Home, box: Mailbox) -> None:
    before = tree(home.root)
    box.answers[f"RCPT {EDITOR}"] = "550 no"
    assert command(home, "test-send", EDITOR, "--at", WHEN).returncode == 1
    assert tree(home.root) == before


# ── the message ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("edition", Edition)
def test_the_message_is_the_real_one_but_for_its_mark_and_its_unsubscribe_links(
    home: Home, box: Mailbox, edition: Edition
) -> None:
    sent = send_test(home, [EDITOR], at=AT, seed="1", edition=edition)
    [letter] = box.letters
    message, made = parse(letter.message), next_issue_preview(home, at=AT)
    real = parse(made.files[f"{edition}.eml"])
    assert sent.preview.files == made.files

    assert letter.to == [EDITOR]
    assert letter.sender == "notes@example.org"
    own = {"To", "Subject", "Message-ID", "Date", "List-Unsubscribe"}
    # The real one is to a list, which one click cannot leave for a reader.
    assert [name for name in message if name != "List-Unsubscribe-Post"] == real.keys()
    assert {name for name in real if message[name] != real[name]} <= own
    assert [message.get_all(name) for name in ("To", "Subject")] == [
        [EDITOR],
        [f"[Test] {real['Subject']}"],
    ]
    assert message["Date"].datetime == AT
    assert not message.defects

    for part, suffix in zip(message.iter_parts(), ("txt", "html"), strict=True):
        body = part.get_payload(decode=True).replace(b"\r\n", b"\n")
        assert body.count(b"/unsubscribe/test") >= 1
        same = body.replace(b"/unsubscribe/test", b"/unsubscribe/")
        assert same == made.files[f"{edition}.{suffix}"]


@pytest.mark.parametrize("edition", Edition)
def test_the_message_keeps_to_the_rules_of_mail(home: Home, box: Mailbox, edition: Edition) -> None:
    send_test(home, ["editor@bücher.example"], at=AT, seed="1", edition=edition)
    [letter] = box.letters
    message = parse(letter.message)
    for name in ("From", "To", "Subject", "Date", "Message-ID"):
        assert len(message.get_all(name)) == 1
    assert message["To"] == "editor@xn--bcher-kva.example"
    assert max(map(len, letter.message.split(b"\r\n"))) <= 998
    assert letter.message.isascii()
    assert audit(message["List-Unsubscribe"], message["List-Unsubscribe-Post"]) == []
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].split() == [
        "<https://notes.example.org/unsubscribe/test>,",
        "<mailto:unsubscribe@example.org?subject=unsubscribe%20test>",
    ]


def test_each_address_gets_a_message_of_its_own_that_names_no_other(
    home: Home, box: Mailbox
) -> None:
    two = [EDITOR, "nurse@example.net", EDITOR]
    send_test(home, two, at=AT, seed="1")
    send_test(home, two, at=AT, seed="2")
    assert [letter.to for letter in box.letters] == [[EDITOR], ["nurse@example.net"]] * 2
    for letter in box.letters:
        other = "nurse@example.net" if letter.to == [EDITOR] else EDITOR
        assert other.encode() not in letter.message
    ids = [parse(letter.message)["Message-ID"] for letter in box.letters]
    assert len(set(ids)) == 4


def test_the_same_seed_and_moment_make_the_same_bytes(home: Home, box: Mailbox) -> None:
    for _ in range(2):
        send_test(home, [EDITOR], at=AT, seed="1")
    first, second = box.letters
    assert first.message == second.message


# ── what is said ─────────────────────────────────────────────────────────────────────────────────


def test_whoever_was_refused_is_one_line_and_the_others_get_theirs(
    home: Home, box: Mailbox
) -> None:
    box.answers[f"RCPT {EDITOR}"] = f"550 5.1.1 <{EDITOR}> unknown"
    done = command(home, "test-send", EDITOR, "nurse@example.net", "--at", WHEN)
    assert done.returncode == 1
    assert done.stderr == (
        f"msnewsletter: not sent to {EDITOR}: 127.0.0.1:{box.port}: it refuses the address "
        "(550 5.1.1 (address) unknown); check the address\n"
    )
    assert done.stdout.splitlines() == [
        "sent to nurse@example.net",
        "Issue 1, digest: 1 test message sent.",
    ]
    assert [letter.to for letter in box.letters] == [["nurse@example.net"]]


def test_what_would_block_the_issue_is_said_and_does_not_stop_the_test(
    tmp_path: Path, box: Mailbox
) -> None:
    settings = {"subject": '"{title}: a cure"', "why": '"Lorem ipsum."'}
    home = with_smtp(empty_home(tmp_path / "home", **settings), box.port)
    write_summary(home, "first")
    blocked = [str(finding) for finding in next_issue_preview(home, at=AT).blocked]
    assert blocked
    done = command(home, "test-send", EDITOR, "--at", WHEN)
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        f"note: it could not go out like this: {finding}" for finding in blocked
    ]
    assert len(box.letters) == 1


def test_nothing_new_is_refused(home: Home, box: Mailbox) -> None:
    publish(home, at=AT)
    with pytest.raises(RefusedError, match="nothing is new"):
        send_test(home, [EDITOR], at=AT, seed="1")
    assert not box.letters


def test_without_a_mail_server_the_remedy_is_a_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no \[smtp\] to send with; add it"):
        send_test(sample_home(tmp_path / "home"), [EDITOR], at=AT, seed="1")


def test_a_server_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with mail_server() as box:
        home = with_smtp(sample_home(tmp_path / "home"), box.port)
    done = command(home, "test-send", EDITOR, "--at", WHEN)
    assert done.returncode == 1
    assert done.stderr == (
        f"msnewsletter: 127.0.0.1:{box.port}: nobody listens there; "
        "check smtp.port, and that the server runs\n"
    )


# ── the password ─────────────────────────────────────────────────────────────────────────────────


def test_the_password_comes_from_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(login=True) as box:
        home = with_smtp(sample_home(tmp_path / "home"), box.port, f'user = "{USER}"')
        monkeypatch.setenv("MSNEWSLETTER_SMTP_PASSWORD", PASSWORD)
        assert command(home, "test-send", EDITOR, "--at", WHEN).returncode == 0
        monkeypatch.setenv("MSNEWSLETTER_SMTP_PASSWORD", f"{PASSWORD}?")
        wrong = command(home, "test-send", EDITOR, "--at", WHEN)
    assert [letter.user for letter in box.letters] == [USER]
    assert wrong.returncode == 1
    assert "it refuses user and password" in wrong.stderr
    assert PASSWORD not in wrong.stderr + wrong.stdout


@pytest.mark.parametrize(
    ("password", "said"),
    [("", "there is no password for its user"), ("pässword", "holds letters outside ASCII")],
)
def test_a_password_that_is_missing_or_cannot_be_said_is_one_line(
    password: str, said: str, home: Home, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.settings.write_text(home.settings.read_text() + f'user = "{USER}"\n')
    monkeypatch.setenv("MSNEWSLETTER_SMTP_PASSWORD", password)
    with pytest.raises(DeliveryError, match=said):
        send_test(home, [EDITOR], at=AT, seed="1")
    assert not box.letters


# ── the addresses ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "typed",
    [
        "editor@example.net\n",
        "editor@example.net\r\nBcc: all@example.net",
        "editor@example.net\0",
        "editor@example.net,nurse@example.net",
        "Editor <editor@example.net>",
        "editor",
        "",
        "rédaction@example.net",
        "a" * 65 + "@example.net",
    ],
)
def test_what_is_no_address_is_refused_in_one_line_before_anything_is_sent(
    typed: str, home: Home, box: Mailbox
) -> None:
    with pytest.raises(RefusedError) as caught:
        send_test(home, ["nurse@example.net", typed], at=AT, seed="1")
    assert str(caught.value).isprintable()
    assert not box.letters


def test_addresses_count_once_as_mail_writes_them() -> None:
    typed = [" editor@Example.NET", "editor@example.net", "editor@bücher.example"]
    assert mailboxes(typed) == ("editor@example.net", "editor@xn--bcher-kva.example")


@pytest.mark.parametrize(("count", "said"), [(0, "there are none"), (21, "there are 21")])
def test_no_address_and_more_than_twenty_are_refused(count: int, said: str) -> None:
    with pytest.raises(RefusedError, match=said):
        mailboxes(f"editor{number}@example.net" for number in range(count))
    assert len(mailboxes(f"editor{number}@example.net" for number in range(20))) == 20
