"""How sending stands: `status`, `doctor` and the desk say the same of it, and touch nothing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from clock.clocks import at
from delivering import Newsletter, newsletter
from homes import write_summary
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.delivering.resolve_mailing import resolve_delivered, resolve_failed
from msnewsletter.publisher.delivering.sender_memory import (
    SenderMemory,
    SenderTrouble,
    read_sender_memory,
)
from msnewsletter.publisher.delivering.sending_ailments import sending_ailments
from msnewsletter.publisher.delivering.sending_state import SendingState, sending_state
from msnewsletter.settings import load_settings
from msnewsletter.web.desk.send.send_part import send_part
from peers.behaviours import Behaviour, Drop, Reply, Step
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path

    from peers.recording_server import RecordingServer

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def letter(tmp_path: Path, server: RecordingServer) -> Newsletter:
    return newsletter(tmp_path, server)


def lines(letter: Newsletter) -> list[str]:
    """What `status` says of sending; the desk says it, too."""
    said = at(letter.home, letter.now, "status").said.splitlines()
    found = [line.removeprefix("Sending: ") for line in said if line.startswith("Sending: ")]
    wrong = [line.removeprefix("SENDING: ") for line in said if line.startswith("SENDING: ")]
    desk = DeskClient(letter.home, letter.now).desk
    desk.live.refresh()
    part = send_part(desk)
    assert [*(part.wrong if part else ()), *(part.lines if part else ())] == [*wrong, *found]
    return [*(f"! {line}" for line in wrong), *found]


def document(letter: Newsletter) -> Any:
    done = at(letter.home, letter.now, "status", "--json")
    assert done.complained == ""
    return json.loads(done.said)["sending"]


def test_where_nothing_is_sent_from_nothing_is_said(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = newsletter(tmp_path, server)
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(text[: text.rindex("[smtp]")])
    assert lines(letter) == []
    assert document(letter) is None
    doctor = at(letter.home, letter.now, "doctor").said
    assert "ok   sending: there is no [deliver]: another program sends" in doctor
    assert not letter.home.subscribers.exists()


def test_a_home_that_is_to_send_and_has_not_yet(letter: Newsletter) -> None:
    assert lines(letter) == []
    assert not letter.home.subscribers.exists(), "who looks makes no database"
    assert "ok   sending: nothing was sent yet" in at(letter.home, letter.now, "doctor").said
    letter.publish()
    assert lines(letter) == ["issue 1 waits in outbox/new/: run 'msnewsletter deliver 1'"]
    letter.now += 2 * DAY
    [line] = lines(letter)
    assert line.startswith("issue 1 in outbox/new/ is too old to be sent by itself")
    assert document(letter)["too_old"] == [1]


def test_a_mailing_says_its_balance_and_when_it_goes_on(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada", "bo", "eve")
    letter.publish()
    full = Reply(at=Step.RCPT, lines=("450 4.2.0 Later",), to="^eve")
    server.behave(Behaviour(rules=(full,)))
    letter.deliver()
    first, again = lines(letter)
    assert first == "issue 1 to 3 subscribers, under way: 2 sent, 1 refused for now"
    assert again.startswith("issue 1: what was refused for now is tried again from ")
    [mailing] = document(letter)["mailings"]
    some = {state: number for state, number in mailing["deliveries"].items() if number}
    assert some == {"sent": 2, "temp_failed": 1}
    assert mailing["enqueued"] == 3
    assert mailing["due"] == (letter.now + timedelta(minutes=5)).isoformat()


def test_of_those_that_are_finished_only_the_last_is_shown(letter: Newsletter) -> None:
    letter.subscribe("ada")
    for _ in range(3):
        letter.publish()
        letter.deliver()
        letter.now += 7 * DAY
    [line] = lines(letter)
    assert line.startswith("issue 3 to 1 subscriber, finished ")
    assert line.endswith(": 1 sent")


def test_what_is_in_doubt_is_said_with_the_command_that_decides(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe("ada")
    letter.publish()
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, kept=True, times=1),)))
    letter.deliver()
    assert lines(letter)[0].startswith("! issue 1: 1 in doubt")
    doctor = at(letter.home, letter.now, "doctor")
    assert doctor.code == 1
    assert "decide with 'msnewsletter resolve 1 --resend-in-doubt', or --drop" in doctor.said


def test_a_limit_that_is_reached_says_until_when(tmp_path: Path, server: RecordingServer) -> None:
    letter = newsletter(tmp_path, server, deliver="per_hour = 1\nwarm_up = true")
    letter.subscribe("ada", "bo")
    letter.publish()
    letter.deliver()
    assert lines(letter)[1].startswith("the limits of [deliver] are reached; it goes on at ")
    [limit] = document(letter)["limits"]
    assert limit["by"] == "windows"
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(text.replace("per_hour = 1", 'hours = "03:00-04:00"'))
    assert lines(letter)[1] == "nothing is sent now: deliver.hours says when"


def test_the_warm_up_says_how_many_it_allows(tmp_path: Path, server: RecordingServer) -> None:
    letter = newsletter(tmp_path, server, deliver="warm_up = true")
    letter.subscribe(*(f"r{number}" for number in range(201)))
    letter.publish()
    letter.deliver()
    first, limit = lines(letter)
    assert first.endswith("under way: 200 sent, 1 queued")
    assert limit.startswith("the warm-up allows 200 within 24 hours now; it goes on at ")


@pytest.mark.sqlite("it puts an older copy of the file back")
def test_an_older_database_is_a_trouble_until_a_person_has_decided(letter: Newsletter) -> None:
    letter.subscribe("ada")
    before = letter.home.subscribers.read_bytes()
    letter.publish()
    letter.deliver()
    for path in letter.home.var.glob("subscribers.db*"):
        path.unlink()
    [line] = lines(letter)
    assert "does not know all that went out of issue 1" in line, "also where there is none at all"
    letter.home.subscribers.write_bytes(before)
    [line] = lines(letter)
    assert "'msnewsletter resolve 1 --delivered'" in line
    with pytest.raises(RefusedError):
        letter.deliver()
    [again] = lines(letter)
    assert again == line, "that nothing is sent is no second trouble"
    resolve_delivered(letter.home, 1, at=letter.now)
    letter.deliver()
    assert not [line for line in lines(letter) if line.startswith("!")]


def test_a_server_that_is_away_is_a_trouble_after_an_hour_and_over_with_the_next_mail(
    letter: Newsletter,
) -> None:
    letter.subscribe("ada@example.org")
    letter.publish()
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(
        text.replace('host = "127.0.0.1"', 'host = "localhost"').replace(
            "\nport = ", "\nport = 1 # "
        )
    )
    letter.deliver()
    first = letter.now
    assert not [line for line in lines(letter) if line.startswith("!")]
    letter.now += HOUR
    letter.deliver()
    assert lines(letter)[0].startswith("! nothing could be sent since ")
    memory = read_sender_memory(letter.home)
    assert memory
    assert (memory.since, memory.failures) == (first, 2)
    letter.home.settings.write_text(text)
    letter.deliver()
    assert [line for line in lines(letter) if line.startswith("!")] == []


def test_a_server_that_refuses_all_is_a_trouble_in_its_words_without_addresses(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe(*(f"r{number}" for number in range(30)))
    letter.publish()
    refusing = Reply(at=Step.MAIL, lines=("550 5.7.1 <news@example.org> is not welcome",))
    server.behave(Behaviour(rules=(refusing,)))
    letter.deliver()
    line = lines(letter)[0]
    assert line.startswith("! the mail server refuses all that we send since ")
    assert "5.7.1" in line
    assert "@" not in line


def test_many_failed_deliveries_are_a_trouble(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe(*(f"r{number}" for number in range(97)), "x1", "x2", "x3")
    letter.publish()
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("550 5.1.1 No",), to="^x"),)))
    letter.deliver()
    assert lines(letter)[0].startswith("! issue 1: 3 of 100 deliveries failed, 3.0%")


def test_a_server_that_calls_everybody_dead_is_one_trouble_until_it_is_mended(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.subscribe(*(f"r{number}" for number in range(12)))
    letter.publish()
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("550 5.1.1 No",)),)))
    letter.deliver()
    [line] = [line for line in lines(letter) if line.startswith("!")]
    assert line.startswith("! issue 1: the mail server calls 12 of 12 addresses dead, too many")
    assert "resolve 1 --resend-failed" in line
    examined = at(letter.home, letter.now, "doctor").said
    assert f"BAD  sending: {line.removeprefix('! ')}" in examined
    server.behave(Behaviour())
    resolve_failed(letter.home, 1, at=letter.now)
    letter.deliver()
    assert [line for line in lines(letter) if line.startswith("!")] == []


def test_a_server_that_is_believed_is_no_such_trouble(
    letter: Newsletter, server: RecordingServer
) -> None:
    """Ten of two hundred are suppressed: they were dead."""
    dead = [f"x{number}" for number in range(10)]
    letter.subscribe(*(f"r{number}" for number in range(190)), *dead)
    letter.publish()
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("550 5.1.1 No",), to="^x"),)))
    letter.deliver()
    [line] = [line for line in lines(letter) if line.startswith("!")]
    assert line.startswith("! issue 1: 10 of 200 deliveries failed, 5.0%")


def test_two_of_a_hundred_are_none(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe(*(f"r{number}" for number in range(98)), "x1", "x2")
    letter.publish()
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("550 5.1.1 No",), to="^x"),)))
    letter.deliver()
    assert [line for line in lines(letter) if line.startswith("!")] == []


@pytest.mark.sqlite("it breaks the database's file")
def test_a_database_that_is_none_is_one_trouble_and_hides_nothing_else(letter: Newsletter) -> None:
    letter.publish()
    letter.home.subscribers.write_bytes(b"no database at all, of more than a hundred bytes" * 9)
    letter.home.subscribers.chmod(0o600)
    status = at(letter.home, letter.now, "status")
    assert status.said.count("var/subscribers.db") == 1
    assert "Last issue: 1" in status.said
    assert at(letter.home, letter.now, "status", "--json").code == 0
    doctor = at(letter.home, letter.now, "doctor")
    assert (doctor.code, doctor.said.count("BAD")) == (1, 1)


def test_who_only_looks_changes_nothing(letter: Newsletter) -> None:
    letter.subscribe("ada")
    letter.publish()
    letter.deliver()
    before = {path: path.read_bytes() for path in letter.home.var.rglob("*") if path.is_file()}
    lines(letter)
    sending_state(letter.home, load_settings(letter.home.settings), at=letter.now)
    after = {path: path.read_bytes() for path in letter.home.var.rglob("*") if path.is_file()}
    assert {p: d for p, d in after.items() if "-shm" not in p.name and "-wal" not in p.name} == {
        p: d for p, d in before.items() if "-shm" not in p.name and "-wal" not in p.name
    }


def test_the_first_screen_has_a_part_for_it(letter: Newsletter, server: RecordingServer) -> None:
    letter.subscribe("ada")
    letter.publish()
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, kept=True, times=1),)))
    letter.deliver()
    shown = DeskClient(letter.home, letter.now).get("/")
    (beyond,) = shown.tree.xpath("//section[@data-live='beyond']")
    (unsent,) = shown.tree.xpath("//section[@aria-labelledby='unsent']//li")
    assert unsent.text_content().startswith("Issue 1: 1 in doubt")
    assert "Issue 1 to 1 subscriber, under way: 1 in doubt" in beyond.text_content()


def test_mails_whose_readers_can_only_leave_are_bad(letter: Newsletter) -> None:
    assert "choose nothing" not in at(letter.home, letter.now, "status").said
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(text.replace("[subscribe]\n", ""))
    line = "while 'msnewsletter serve' runs, and choose nothing; add [subscribe]"
    doctor, status = (at(letter.home, letter.now, name) for name in ("doctor", "status"))
    assert doctor.code == 1
    assert "BAD  door: there is [deliver], and no [subscribe]" in doctor.said
    assert doctor.said.count(line) == 1
    assert status.said.count(line) == 1


def test_publish_says_who_sends_what_it_has_published(letter: Newsletter) -> None:
    write_summary(letter.home, "one")
    said = at(letter.home, letter.now, "publish").said
    assert "No mail has been sent: that is for 'msnewsletter deliver'. Look at:" in said
    letter.set("automatic = true")
    write_summary(letter.home, "two")
    said = at(letter.home, letter.now + timedelta(hours=1), "publish").said
    assert "that is for 'msnewsletter run', or 'msnewsletter deliver'. Look at:" in said


def test_a_trouble_has_one_name_however_its_words_change() -> None:
    """Numbers in them do: one notice is given for it."""
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    names = set()
    for reason in ("it goes to 5,001 subscribers", "it goes to 5,002 subscribers"):
        memory = SenderMemory(at=now, trouble=SenderTrouble.BLOCKED, reason=reason, since=now)
        [ailing] = sending_ailments(SendingState(on=True, memory=memory), at=now, zone=UTC)
        assert reason in ailing.says
        names.add((ailing.has, ailing.about))
    assert len(names) == 1
