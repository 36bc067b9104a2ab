"""`subscribers`: what an operator enters, sees and takes off; no address where it must not be."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT, command, empty_home
from msnewsletter.publisher.subscribing.opened import working_subscribers
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.bounces import BounceKind, NotedBounce
from msnewsletter.subscribers.subscriber import (
    SubscribedEdition,
    SubscriberState,
    SuppressionReason,
)
from web.doors import door_home

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from msnewsletter.home import Home

ADA = "Ada@example.org"
# The command reads the machine's clock.
LONG_AFTER = datetime(9000, 1, 1, tzinfo=UTC)
AGREED = ("--confirmed", "--consent", "I want it.")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return empty_home(tmp_path / "home")


def subs(home: Home, *words: str) -> subprocess.CompletedProcess[str]:
    return command(home, "subscribers", *words)


def fed(home: Home, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The program with that text on standard input."""
    return command(home, "subscribers", *words, given=text)


def test_an_address_is_added_shown_listed_counted_taken_off_and_forgotten(home: Home) -> None:
    done = subs(home, "add", ADA, *AGREED, "--edition", "low-energy")
    assert done.stderr == ""
    assert done.stdout == "address 1: added as subscriber 1, confirmed, edition low-energy\n"
    shown = subs(home, "show", "ada@EXAMPLE.org").stdout
    assert f"Subscriber 1: {ADA}" in shown
    assert "(hand): “I want it.”" in shown
    assert "deliveries: none" in shown
    assert subs(home, "list").stdout.endswith(f"low-energy  {ADA}\n")
    assert subs(home, "list", "--state", "pending").stdout == ""
    assert json.loads(subs(home, "stats", "--json").stdout)["confirmed"] == {
        "full": 0,
        "low-energy": 1,
    }
    assert "confirmed           1  (1 low-energy)" in subs(home, "stats").stdout
    assert "unsubscribed" in subs(home, "unsubscribe", ADA).stdout
    assert "suppressed (hand)" in subs(home, "suppress", ADA).stdout
    assert json.loads(subs(home, "stats", "--json").stdout)["suppressed_by"] == {
        "bounce": 0,
        "complaint": 0,
        "hand": 1,
    }
    assert "forgotten" in subs(home, "forget", ADA, "--yes").stdout
    gone = subs(home, "show", ADA)
    assert (gone.returncode, gone.stdout) == (1, "")
    assert "ada" not in gone.stderr.lower()
    assert json.loads(subs(home, "stats", "--json").stdout)["forgotten"] == 1


def test_bounces_and_complaints_are_counted(home: Home) -> None:
    with working_subscribers(home) as store:
        for name, why in (
            ("ada", "bounce"),
            ("bo", "bounce"),
            ("cy", "complaint"),
            ("dee", "hand"),
        ):
            one = store.add_subscriber(
                parse_address(f"{name}@example.org"), at=AT, state=SubscriberState.CONFIRMED
            )
            reason = SuppressionReason(why)
            store.change_state(one.id, SubscriberState.SUPPRESSED, at=AT, suppression=reason)
        eve = parse_address("eve@example.org")
        eve_s = store.add_subscriber(eve, at=AT, state=SubscriberState.CONFIRMED).id
        store.enqueue(1, manifest="x", at=AT)
        [claimed] = store.claim_deliveries(1, most=1, journal="j", now=AT)
        bounce = NotedBounce(delivery=claimed.id, at=AT, kind=BounceKind.SOFT, code="4.2.2")
        store.note_bounce(bounce, subscriber=eve_s, suppress=False, soft_bounces=1)
    found = json.loads(subs(home, "stats", "--json").stdout)
    assert found["suppressed_by"] == {"bounce": 2, "complaint": 1, "hand": 1}
    assert found["soft_bounces"] == 1
    said = subs(home, "stats").stdout
    assert "Of the suppressed: 2 by a hard bounce, 1 by a complaint, 1 by hand.\n" in said
    assert "Temporary bounces are counted of 1 who are confirmed.\n" in said


def test_without_consent_it_is_pending_and_says_that_nobody_was_asked(home: Home) -> None:
    done = subs(home, "add", ADA)
    assert "pending" in done.stdout
    assert "no mail asks them to confirm, for there is no [subscribe]" in done.stdout


def test_with_a_door_a_mail_asks_them_to_confirm_once_a_day(tmp_path: Path) -> None:
    home = door_home(tmp_path / "home", port=25, more="most_an_hour = 2")
    [first, asked] = subs(home, "add", ADA, "--edition", "low-energy").stdout.splitlines()
    assert first == "address 1: added as subscriber 1, pending"
    assert "a mail asks them to confirm: 'serve' or 'run' sends it" in asked
    assert "within 7 days is removed" in asked
    again = subs(home, "add", ADA)
    assert again.returncode == 0
    assert "no second mail asks them to confirm within 24 hours" in again.stdout
    assert "a mail asks" in subs(home, "add", "bob@example.org").stdout
    full = subs(home, "add", "cy@example.org")
    assert full.returncode == 1
    assert "subscriber 3 is not asked to confirm now" in full.stderr
    assert "subscribe.most_an_hour" in full.stderr
    # Who is confirmed, or signs on paper, is asked nothing.
    assert "confirm:" not in subs(home, "add", "dee@example.org", *AGREED).stdout
    with working_subscribers(home) as store:
        assert store.waiting_letters().count == 2
        until = LONG_AFTER + timedelta(hours=1)
        due = [store.take_due_letter(now=LONG_AFTER, until=until) for _ in range(3)]
    assert [one and (one.address.typed, one.edition) for one in due] == [
        (ADA, SubscribedEdition.LOW_ENERGY),
        ("bob@example.org", SubscribedEdition.FULL),
        None,
    ]


def test_from_a_sandbox_nobody_is_asked(tmp_path: Path) -> None:
    home = door_home(tmp_path / "home", port=25)
    text = home.settings.read_text()
    home.settings.write_text(text.replace("[newsletter]", "[newsletter]\nsandbox = true", 1))
    assert "for no mail leaves a sandbox" in subs(home, "add", ADA).stdout
    with working_subscribers(home) as store:
        assert not store.waiting_letters().count


@pytest.mark.parametrize(
    "words", [("--confirmed",), ("--consent", "Yes."), ("--confirmed", "--consent", " ")]
)
def test_consent_without_its_words_is_none(home: Home, words: tuple[str, ...]) -> None:
    done = subs(home, "add", ADA, *words)
    assert done.returncode == 2
    assert not home.subscribers.exists()


def test_addresses_come_a_line_each_and_a_bad_one_stops_no_other(home: Home) -> None:
    text = f"\ufeff{ADA}\n\nnobody\nbob@example.org\r\n{ADA}\n"
    done = fed(home, text, "add", "-", *AGREED)
    assert done.returncode == 1
    assert done.stderr == ("msnewsletter: line 3: it has no @; write it as name@example.org\n")
    assert done.stdout.splitlines()[:2] == [
        "line 1: added as subscriber 1, confirmed, edition full",
        "line 4: added as subscriber 2, confirmed, edition full",
    ]
    assert done.stdout.splitlines()[2].startswith("line 5: is subscriber 1 already, confirmed")


def test_nothing_that_fails_repeats_an_address(home: Home) -> None:
    subs(home, "suppress", ADA)
    subs(home, "add", "bob@example.org", *AGREED)
    subs(home, "unsubscribe", "bob@example.org")
    for words in (
        ("add", ADA, *AGREED),
        ("add", "bob@example.org"),
        ("unsubscribe", "eve@example.org"),
        ("show", "eve@example.org"),
        ("show", "eve@nowhere"),
        ("forget", "eve@example.org"),
        ("export", "-", "--address", "eve@example.org"),
    ):
        done = subs(home, *words)
        assert done.returncode in {1, 2}, words
        assert "@" not in done.stderr.replace("name@example.org", ""), words
        assert "Traceback" not in done.stderr


def test_the_list_is_exported_for_its_owner_alone(home: Home, tmp_path: Path) -> None:
    subs(home, "add", ADA, *AGREED)
    subs(home, "add", "=1+1@example.org")
    file = tmp_path / "list.csv"
    assert subs(home, "export", str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    first, second = csv.DictReader(io.StringIO(file.read_text()))
    assert (first["address"], first["state"], first["consent_words"]) == (
        ADA,
        "confirmed",
        "I want it.",
    )
    assert second["address"] == "'=1+1@example.org", "no spreadsheet computes it"
    assert subs(home, "export", "-").stdout == file.read_text()
    taken = subs(home, "export", str(file))
    assert taken.returncode == 1
    assert "is there already" in taken.stderr
    assert subs(home, "export", str(file), "--force").returncode == 0


def test_one_person_gets_all_that_is_known_of_them_as_json(home: Home) -> None:
    subs(home, "add", ADA, *AGREED)
    found = json.loads(fed(home, f"{ADA}\n", "export", "-", "--address", "-").stdout)
    assert (found["address"], found["mailbox"], found["state"]) == (ADA, ADA, "confirmed")
    assert found["consents"][0]["words"] == "I want it."
    assert found["deliveries"] == []
    assert found == json.loads(subs(home, "show", ADA, "--json").stdout)
    none = fed(home, "", "show", "-")
    assert (none.returncode, "0 addresses" in none.stderr) == (1, True)


def test_who_looks_makes_no_database(home: Home) -> None:
    for words in (("list",), ("stats",), ("export", "-"), ("show", ADA)):
        subs(home, *words)
    assert not home.var.exists()


def test_to_forget_is_asked_about(home: Home) -> None:
    subs(home, "add", ADA, *AGREED)
    done = subs(home, "forget", ADA)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    with working_subscribers(home) as store:
        assert store.subscriber_at(parse_address(ADA))


# ── import ───────────────────────────────────────────────────────────────────────────────────


LIST = "address,state\nAda@example.org,confirmed\nnobody,confirmed\nbob@example.org,unsubscribed\n"


def test_a_list_is_imported_and_said_line_by_line(home: Home, tmp_path: Path) -> None:
    file, report = tmp_path / "list.csv", tmp_path / "report.csv"
    file.write_text(LIST)
    words = ("import", str(file), "--consent", "Yes.")
    dry = subs(home, *words, "--dry-run")
    assert "nothing was changed" in dry.stdout
    assert "2  added (1 confirmed, 1 unsubscribed)" in dry.stdout
    assert not home.subscribers.exists()
    done = subs(home, *words, "--report", str(report))
    assert done.returncode == 1, "a line is refused"
    assert done.stderr == ("line 3: refused: it has no @; write it as name@example.org\n")
    assert report.read_text().splitlines() == [
        "line,outcome,state,why",
        "2,added,confirmed,",
        "3,no valid address,,it has no @; write it as name@example.org",
        "4,added,unsubscribed,",
    ]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    taken = subs(home, *words, "--report", str(report))
    assert (taken.returncode, "is there already" in taken.stderr) == (1, True)
    found = json.loads(subs(home, *words, "--json").stdout)
    assert (found["format"], found["lines"], found["refused"]) == ("own", 3, 1)
    assert {"outcome": "unchanged", "state": "confirmed", "lines": 1} in found["outcomes"]


def test_of_very_many_bad_lines_the_first_are_named(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("address,state\n" + "secret@nowhere,confirmed\n" * 1_000)
    done = subs(home, "import", str(file), "--consent", "Yes.")
    lines = done.stderr.splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("line 2: refused: ")
    assert lines[-1] == "980 more lines are refused; --report FILE names all"
    assert "1000  refused: no valid address" in done.stdout
    assert "secret" not in done.stdout + done.stderr


def test_a_file_that_breaks_off_says_what_was_done_before(home: Home, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(LIST + 'eve@example.org,"confirmed\n')
    done = subs(home, "import", str(file), "--consent", "Yes.")
    assert done.returncode == 1
    assert "quotation mark that opens a cell" in done.stderr
    assert "added" in done.stdout
    assert "eve" not in done.stdout + done.stderr
    as_json = json.loads(subs(home, "import", str(file), "--consent", "Yes.", "--json").stdout)
    assert "quotation mark" in as_json["failure"]


@pytest.mark.parametrize("verb", [("add", *AGREED), ("unsubscribe",), ("suppress",)])
def test_no_address_at_all_is_said(home: Home, verb: tuple[str, ...]) -> None:
    said = fed(home, "\n \n", verb[0], "-", *verb[1:])
    assert said.returncode == 1
    assert "there is no address on standard input; give one a line" in said.stderr


def test_a_list_of_our_own_is_called_so(home: Home) -> None:
    (home.root / "list.csv").write_text("address,state\na@example.org,unsubscribed\n")
    done = subs(home, "import", str(home.root / "list.csv"), "--consent", "Yes.")
    assert done.stdout.startswith("1 line of a list in our own form.\n")
