"""Notifying, whatever the editors' command or the mail server does."""

from __future__ import annotations

import email
import email.policy
import json
import os
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from clock.clocks import at, scheduled_home
from clock.test_notices import DAY, HOUR, KEY, MINUTE, SLOT, WEEKLY, wake
from homes import command, write_summary
from mailservers import mail_server, scripted_server
from msnewsletter.clock.notices import Notice
from msnewsletter.clock.notify import notify
from msnewsletter.clock.notify_settings import NotifySettings, notify_settings, partly_notified
from msnewsletter.errors import DeliveryError, RefusedError
from msnewsletter.home import Home
from msnewsletter.mail_settings import SmtpSection
from msnewsletter.store import Notification

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

AT = datetime(2026, 11, 23, 7, tzinfo=UTC)
NOTICE = Notice(
    event=Notification.WAITS,
    about=f"{KEY} 0123456789abcdef",
    subject="issue 0007 waits for approval",
    text="Issue 7 waits.\n.\nFrom here on: ünïcode\n",
    slot=KEY,
    issue="0007",
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home" / "var").mkdir(parents=True)
    return Home(tmp_path / "home")


def by_command(home: Home, program: str, *, text: str = NOTICE.text, timeout: float = 60) -> None:
    settings = NotifySettings(command=(sys.executable, "-c", program))
    notify(home, settings, replace(NOTICE, text=text), at=AT, timeout=timeout)


def refusal(home: Home, program: str, *, timeout: float = 60) -> str:
    with pytest.raises(RefusedError) as caught:
        by_command(home, program, timeout=timeout)
    return str(caught.value)


@pytest.mark.parametrize("name", [".notify.json.tmp", "notify.json", ".clock.json.tmp"])
def test_a_pipe_in_place_of_a_file_of_the_clock_holds_nothing_up(tmp_path: Path, name: str) -> None:
    rule = WEEKLY + "\nnotify = \"sh -c 'cat > notice'\""
    home = scheduled_home(tmp_path / "home", rule, sandbox="false")
    home.var.mkdir(exist_ok=True)
    os.mkfifo(home.var / name)
    assert at(home, SLOT, "run", "--once").code == 0
    assert notify_settings(home).any
    kept = json.loads((home.var / "notify.json").read_bytes())
    assert kept["settings"]["command"] == ["sh", "-c", "cat > notice"]


# ── the command ──────────────────────────────────────────────────────────────────────────────


def test_a_command_that_hangs_is_stopped_with_all_that_it_started(home: Home) -> None:
    program = (
        "import subprocess; subprocess.Popen(['sleep', '1000']); subprocess.run(['sleep', '1000'])"
    )
    assert "exit code none: stopped after 0.5 s" in refusal(home, program, timeout=0.5)


def test_a_command_that_floods_fills_neither_memory_nor_disk(home: Home) -> None:
    program = "import sys\nfor _ in range(2000): sys.stdout.write('x' * 100_000)\nsys.exit(3)"
    said = refusal(home, program)
    assert "exit code 3: xxx" in said
    assert len(said) < 1000


def test_a_command_that_floods_for_ever_is_stopped(home: Home) -> None:
    assert "stopped after 0.5 s" in refusal(home, "while True: print('x' * 10_000)", timeout=0.5)


def test_a_command_gets_what_any_program_needs_and_what_its_settings_name(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MSNEWSLETTER_SMTP_PASSWORD", "MSNEWSLETTER_DATABASE_URL", "CMS_TOKEN"):
        monkeypatch.setenv(name, "s3cr3t")
    monkeypatch.setenv("CHAT_ADDRESS", "its own")
    program = (
        "import json, os; from pathlib import Path\n"
        "Path('seen.json').write_text(json.dumps(dict(os.environ)))\n"
    )
    settings = NotifySettings(
        command=(sys.executable, "-c", program), environment=("CHAT_ADDRESS", "UNSET")
    )
    notify(home, settings, NOTICE, at=AT)
    environment = json.loads((home.root / "seen.json").read_text())
    assert "s3cr3t" not in environment.values()
    assert environment["CHAT_ADDRESS"] == "its own"
    assert environment["PATH"] == os.environ["PATH"]
    assert environment["MSNEWSLETTER_EVENT"] == "waits"
    assert environment["MSNEWSLETTER_HOME"] == str(home.root)


def test_the_variables_of_the_command_are_kept_with_it(tmp_path: Path) -> None:
    rule = WEEKLY + '\nnotify = "sh -c \'echo $CHAT > notice\'"\nnotify_environment = ["CHAT"]'
    home = scheduled_home(tmp_path / "home", rule, sandbox="false")
    assert at(home, SLOT, "run", "--once").code == 0
    home.settings.write_text("broken")
    assert notify_settings(home).environment == ("CHAT",)


def test_a_command_that_is_missing_is_named(home: Home) -> None:
    settings = NotifySettings(command=("no-such-program",))
    with pytest.raises(RefusedError, match="'no-such-program', cannot be run"):
        notify(home, settings, NOTICE, at=AT)


def test_a_command_that_closes_its_input_at_once_is_well(home: Home) -> None:
    by_command(home, "import os; os.close(0)", text="x" * 10_000_000)


def test_a_grandchild_that_lives_on_is_not_waited_for(home: Home) -> None:
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])\n"
        "print('started')\n"
    )
    by_command(home, program, timeout=2)


def test_a_command_that_closes_its_output_and_goes_on_is_waited_for(home: Home) -> None:
    program = "import os, sys\nos.close(1); os.close(2); sys.stdin.read(); os._exit(5)"
    assert "exit code 5" in refusal(home, program)


def test_what_a_command_says_cannot_act_on_a_terminal_and_names_nobody(home: Home) -> None:
    program = "print('\\x1b]0;owned\\x07 \\u202e ada@example.org'); raise SystemExit(1)"
    said = refusal(home, f"import sys; sys.stdout.reconfigure(encoding='utf-8'); {program}")
    assert said.isprintable()
    assert "ada@example.org" not in said


@pytest.mark.parametrize("program", ["exit 3", "kill -9 $$", "no-such-program"])
def test_a_command_that_fails_stops_no_issue_and_is_said_everywhere(
    tmp_path: Path, program: str
) -> None:
    home = scheduled_home(tmp_path / "home", f"{WEEKLY}notify = \"sh -c '{program}'\"")
    wake(home, SLOT - DAY)
    write_summary(home, "a")
    assert not wake(home, SLOT).healthy
    assert home.record(1).exists()
    line = "the clock has failed to notify editors since Mon 2026-11-23 08:00 (Europe/Berlin): "
    line += "newsletter.toml: the command of schedule.notify, 'sh', failed"
    assert f"NOTIFY: {line}" in command(home, "status").stdout
    assert f"BAD  notify: {line}" in command(home, "doctor").stdout
    home.settings.write_text(home.settings.read_text().replace(program, "cat > ../told"))
    wake(home, SLOT + HOUR)
    assert "Issue 1 is published" in (tmp_path / "told").read_text()
    assert "BAD  notify" not in command(home, "doctor").stdout


# ── mail ─────────────────────────────────────────────────────────────────────────────────────


def by_mail(port: int, *addresses: str, title: str = "Brain notes") -> NotifySettings:
    return NotifySettings(
        addresses=addresses or ("ada@example.org",),
        smtp=SmtpSection(host="127.0.0.1", port=port, security="none", timeout=5),
        from_name="Brain notes",
        from_address="notes@example.org",
        title=title,
        zone="Europe/Berlin",
    )


def read(letter: bytes) -> EmailMessage:
    message = email.message_from_bytes(letter, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    return message


def test_a_notice_is_a_plain_mail_that_no_machine_answers(home: Home) -> None:
    with mail_server() as box:
        notify(home, by_mail(box.port), NOTICE, at=AT)
    [letter] = box.letters
    assert (letter.sender, letter.to) == ("notes@example.org", ["ada@example.org"])
    message = read(letter.message)
    assert message["Subject"] == "Brain notes: issue 0007 waits for approval"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["To"] == "ada@example.org"
    assert message["Date"].endswith("+0100")
    assert parsedate_to_datetime(message["Date"]) == AT
    assert message["Message-ID"].endswith("@example.org>")
    assert "ada" not in message["Message-ID"]
    assert message.get_content_type() == "text/plain"
    assert message.get_content().replace("\r\n", "\n") == NOTICE.text
    assert all(len(line) <= 998 for line in letter.message.split(b"\r\n"))
    assert b"\n" not in letter.message.replace(b"\r\n", b"")


def test_two_editors_get_a_message_each_under_ids_of_their_own(home: Home) -> None:
    with mail_server() as box:
        notify(home, by_mail(box.port, "ada@example.org", "bo@example.org"), NOTICE, at=AT)
    assert [letter.to for letter in box.letters] == [["ada@example.org"], ["bo@example.org"]]
    assert len({read(letter.message)["Message-ID"] for letter in box.letters}) == 2


def test_who_has_a_notice_does_not_get_it_again_when_another_is_tried_again(home: Home) -> None:
    with mail_server() as box:
        settings = by_mail(box.port, "ada@example.org", "bo@example.org")
        box.answers["RCPT bo@example.org"] = "450 bo@example.org is busy"
        with pytest.raises(DeliveryError, match="of 2 editors, 1 did not get the notice") as caught:
            notify(home, settings, NOTICE, at=AT)
        assert "@" not in str(caught.value)
        box.answers.clear()
        notify(home, settings, NOTICE, at=AT + timedelta(minutes=1))
    assert [letter.to for letter in box.letters] == [["ada@example.org"], ["bo@example.org"]]
    assert partly_notified(home, f"{NOTICE.event} {NOTICE.about}") == ()
    assert "@" not in json.dumps(json.loads((home.var / "notify.json").read_text())["partly"])


@pytest.mark.parametrize("title", ["MS Research Notes", "Notes on multiple sclerosis", "MS"])
def test_a_subject_names_no_illness(home: Home, title: str) -> None:
    with mail_server() as box:
        notify(home, by_mail(box.port, title=title), NOTICE, at=AT)
    subject = read(box.letters[0].message)["Subject"]
    assert subject.endswith("issue 0007 waits for approval")
    assert "MS" not in subject
    assert "sclerosis" not in subject


def test_a_title_with_a_line_break_begins_no_header_of_its_own(home: Home) -> None:
    with mail_server() as box:
        notify(home, by_mail(box.port, title="Notes\r\nBcc: eve@example.org"), NOTICE, at=AT)
    assert read(box.letters[0].message)["Bcc"] is None


def test_a_mail_server_that_hangs_is_not_waited_for_longer_than_it_may_take(home: Home) -> None:
    with scripted_server("220 mail.test", then_hang=True) as port:
        settings = by_mail(port)
        assert settings.smtp is not None
        smtp = settings.smtp.model_copy(update={"timeout": 1})
        with pytest.raises(DeliveryError, match="within 1 s"):
            notify(home, replace(settings, smtp=smtp), NOTICE, at=AT)


def test_a_clock_mails_its_notices_and_tries_again_what_the_server_refused(tmp_path: Path) -> None:
    home = scheduled_home(tmp_path / "home", WEEKLY, sandbox="false")
    with mail_server() as box:
        text = home.settings.read_text().replace(
            "[schedule]", '[schedule]\nnotify = "mailto:ada@example.org, bo@example.org"'
        )
        smtp = f'\n[smtp]\nhost = "127.0.0.1"\nport = {box.port}\nsecurity = "none"\n'
        home.settings.write_text(text + smtp)
        wake(home, SLOT - DAY)
        write_summary(home, "a")
        box.answers["DATA"] = "451 not now"
        assert not wake(home, SLOT).healthy
        assert home.record(1).exists()
        assert "@" not in (home.var / "clock.json").read_text()
        assert "BAD  notify: " in command(home, "doctor").stdout
        box.answers.clear()
        assert wake(home, SLOT + 5 * MINUTE).healthy
        wake(home, SLOT + 10 * MINUTE)
    assert [letter.to for letter in box.letters] == [["ada@example.org"], ["bo@example.org"]]
    assert "Issue 1 is published" in read(box.letters[0].message).get_content()
