"""The clock sends what it published and what is due again; it never waits for a server."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from clock.clocks import at, events, once, scheduled_home
from delivering import Newsletter, quick_seconds, recipients
from homes import write_summary
from msnewsletter.clock import background_work
from msnewsletter.clock.loop import Clock
from msnewsletter.publisher.delivering.delivery_run import DeliveryClock
from msnewsletter.publisher.publish import publish
from msnewsletter.subscribers.delivery_state import DeliveryState
from peers.behaviours import Behaviour, Drop, Reply, Stall, Step

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from peers.recording_server import RecordingServer

SLOT = datetime(2026, 11, 23, 7, tzinfo=UTC)  # Monday, 08:00 in Berlin
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# The notices' kinds and texts, one after the other.
TELL = "sh -c 'echo \"== $MSNEWSLETTER_EVENT $MSNEWSLETTER_ISSUE\" >> notices; cat >> notices'"


def sending(
    root: Path, server: RecordingServer, *, deliver: str = "automatic = true"
) -> Newsletter:
    """A home with a schedule that a clock has watched for a day, and two subscribers."""
    rule = f'every = "week"\non = ["monday"]\nat = "08:00"\nnotify = {TELL!r}'.replace(
        repr(TELL), f'"""{TELL}"""'
    )
    letter = Newsletter(home=scheduled_home(root / "home", rule), now=SLOT - DAY)
    letter.set(f'[smtp]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\ntimeout = 5')
    letter.set(f"[deliver]\n{deliver}")
    letter.subscribe("ada", "bo")
    once(letter.home, SLOT - DAY)
    write_summary(letter.home, "a")
    return letter


def notices(letter: Newsletter) -> list[str]:
    """Their kinds, with the issue."""
    path = letter.home.root / "notices"
    said = path.read_text().splitlines() if path.exists() else []
    return [line.removeprefix("== ").strip() for line in said if line.startswith("== ")]


def sent(logged: list[dict[str, object]]) -> list[dict[str, object]]:
    """What the log says of mailings, without the time."""
    facts = ("issue", *DeliveryState)
    return [
        {name: line[name] for name in facts if name in line}
        for line in logged
        if line["event"] == "sent"
    ]


def test_what_is_published_goes_out_in_the_same_wake_of_a_clock_that_cron_starts(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = sending(tmp_path, server)
    logged = once(letter.home, SLOT)
    assert {"published", "sent"} <= set(events(logged))
    assert sent(logged) == [{"issue": 1, "sent": 2}]
    assert recipients(server) == ["ada@example.org", "bo@example.org"]
    assert letter.folders()["sent"] == ["0001"]
    assert notices(letter) == ["published 0001", "delivered 0001"]
    text = (letter.home.root / "notices").read_text()
    assert "Issue 1 to 2 subscribers, begun" in text
    assert ": 2 sent." in text
    assert once(letter.home, SLOT + HOUR) == [], "quiet when nothing happened"
    assert notices(letter) == ["published 0001", "delivered 0001"]
    assert "@" not in text


def test_without_automatic_it_sends_nothing(tmp_path: Path, server: RecordingServer) -> None:
    letter = sending(tmp_path, server, deliver="connections = 1")
    once(letter.home, SLOT)
    assert server.accepted() == []
    assert "send it with 'msnewsletter deliver 1'" in (letter.home.root / "notices").read_text()


def test_editors_hear_that_the_mail_of_an_issue_by_hand_was_sent_already(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = sending(tmp_path, server)
    publish(letter.home, at=SLOT - HOUR)
    letter.now = SLOT - HOUR
    letter.deliver(1)
    assert letter.folders()["sent"] == ["0001"]
    once(letter.home, SLOT - HOUR + MINUTE)
    text = (letter.home.root / "notices").read_text()
    assert "Issue 1 is published, as of Mon 2026-11-23 07:00 (Europe/Berlin)." in text
    assert "Its mail was sent to your subscribers already." in text


def test_an_old_issue_is_never_sent_by_itself(tmp_path: Path, server: RecordingServer) -> None:
    letter = sending(tmp_path, server, deliver="connections = 1")
    once(letter.home, SLOT)
    letter.home.settings.write_text(
        letter.home.settings.read_text().replace("connections = 1", "automatic = true")
    )
    assert "sent" not in events(once(letter.home, SLOT + 2 * DAY))
    assert server.accepted() == []
    assert "too old" in at(letter.home, SLOT + 2 * DAY, "status").said


def test_what_was_refused_for_now_is_tried_again_when_it_is_due_and_not_before(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = sending(tmp_path, server)
    server.behave(Behaviour(rules=(Reply(at=Step.RCPT, lines=("450 4.2.0 Later",), to="^bo"),)))
    assert sent(once(letter.home, SLOT)) == [{"issue": 1, "sent": 1, "temp_failed": 1}]
    server.behave(Behaviour())
    assert once(letter.home, SLOT + 4 * MINUTE) == []
    assert sent(once(letter.home, SLOT + 5 * MINUTE)) == [{"issue": 1, "sent": 2}]
    assert recipients(server) == ["ada@example.org", "bo@example.org"]


def test_a_server_that_is_away_is_logged_once_fails_no_clock_and_is_a_notice_after_an_hour(
    tmp_path: Path, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A run tries for half a minute: here of a clock that hastens.
    monkeypatch.setattr(
        "msnewsletter.publisher.delivering.delivery_run.DeliveryClock",
        lambda *, now, monotonic: DeliveryClock(now=now, monotonic=quick_seconds),  # noqa: ARG005
    )
    letter = sending(tmp_path, server)
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(text.replace(f"port = {server.port}", "port = 1"))
    assert "sending failed" in events(once(letter.home, SLOT))
    for minutes in (1, 5, 20, 40, 70, 90):
        assert "sending failed" not in events(once(letter.home, SLOT + minutes * MINUTE))
    assert at(letter.home, SLOT + 2 * HOUR, "run", "--once").code == 0
    assert notices(letter) == ["published 0001", "sending"]
    letter.home.settings.write_text(text)
    assert sent(once(letter.home, SLOT + 3 * HOUR)) == [{"issue": 1, "sent": 2}]
    assert notices(letter)[2:] == ["delivered 0001"]


def test_what_is_in_doubt_is_one_notice_and_nothing_is_begun_for_it(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = sending(tmp_path, server)
    server.behave(Behaviour(rules=(Drop(at=Step.BODY, kept=True, times=1),)))
    once(letter.home, SLOT)
    once(letter.home, SLOT + 20 * MINUTE)
    before = (letter.home.var / "sending.json").read_bytes()
    assert once(letter.home, SLOT + 40 * MINUTE) == []
    assert (letter.home.var / "sending.json").read_bytes() == before, "no run was begun"
    assert notices(letter).count("sending") == 1
    assert "resolve 1 --resend-in-doubt" in (letter.home.root / "notices").read_text()
    assert len(server.accepted()) == 2


def test_a_large_first_mailing_is_one_notice_until_a_person_says_yes(
    tmp_path: Path, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msnewsletter.publisher.delivering.mailing_size._LARGE", 1)
    letter = sending(tmp_path, server)
    for minutes in (0, 10, 20):
        once(letter.home, SLOT + minutes * MINUTE)
    assert notices(letter) == ["published 0001", "sending"]
    assert "run 'msnewsletter deliver --yes'" in (letter.home.root / "notices").read_text()
    assert server.accepted() == []
    done = at(letter.home, SLOT + 30 * MINUTE, "deliver", "--yes")
    assert "Issue 1, 2 subscribers: 2 sent." in done.said
    once(letter.home, SLOT + 31 * MINUTE)
    assert notices(letter)[2:] == ["delivered 0001"], "also of what a person sent"
    assert "SENDING" not in at(letter.home, SLOT + HOUR, "status").said


def test_a_clock_that_stays_waits_for_no_server_and_stops_the_sender_quietly(
    tmp_path: Path, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("msnewsletter.publisher.delivering.background_sender._LAST_SECONDS", 60.0)
    letter = sending(tmp_path, server, deliver="automatic = true\nconnections = 1")
    letter.subscribe(*(f"r{number}" for number in range(200)))
    now = [SLOT]
    clock = Clock(letter.home, now=lambda: now[0], every=30)
    clock.wake()
    now[0] += MINUTE / 2
    clock.wake()
    clock.stop()
    clock.leave()
    assert not [one for one in threading.enumerate() if one.name == "deliver"]
    with letter.store() as store:
        balance = store.balance(1)
    assert balance[DeliveryState.CLAIMED] == balance[DeliveryState.IN_DOUBT] == 0
    assert balance.enqueued == 202
    once(letter.home, SLOT + HOUR)
    assert len(set(recipients(server))) == len(server.accepted()) == 202


def test_a_clock_that_cron_starts_ends_though_the_server_stalls(
    tmp_path: Path, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background_work, "_ONCE_SECONDS", 0.2)
    monkeypatch.setattr("msnewsletter.publisher.delivering.background_sender._LAST_SECONDS", 0.2)
    letter = sending(tmp_path, server)
    server.behave(Behaviour(rules=(Stall(at=Step.RCPT),)))
    assert "published" in events(once(letter.home, SLOT))
    server.behave(Behaviour())
    once(letter.home, SLOT + HOUR)
    monkeypatch.undo()
    once(letter.home, SLOT + 2 * HOUR)
    assert recipients(server) == ["ada@example.org", "bo@example.org"]


def test_nothing_is_sent_from_a_sandbox_to_a_server_elsewhere(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter = sending(tmp_path, server)
    text = letter.home.settings.read_text()
    letter.home.settings.write_text(text.replace('host = "127.0.0.1"', 'host = "mail.example.org"'))
    logged = once(letter.home, SLOT)
    assert "published" in events(logged)
    assert "sending failed" not in events(logged)
    assert notices(letter) == ["published 0001"]
