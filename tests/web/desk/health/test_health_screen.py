"""The tab "Health": what `doctor` says, without a question to any other host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fetching import page_source
from homes import AT, FOLDER, command, empty_home, name_sources, sample_home, write_summary
from msnewsletter.clock.heartbeat import Heartbeat, write_heartbeat
from msnewsletter.publisher.publish import publish
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path


def test_each_line_of_doctor_is_there(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    text = DeskClient(home, AT).get("/health").markup
    lines = json.loads(command(home, "doctor", "--json").stdout)
    assert all(f">{one['check']}</" in text for one in lines if one["check"] != "mail server")


def test_names_of_sources_stay_as_they_are_written(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    name_sources(home, page_source("leeds"), page_source("york"), FOLDER)
    words = DeskClient(home, AT).get("/health").words
    assert "The source leeds was never looked at" in words
    assert "the source york was never looked at" in words
    assert "Leeds" not in words


def test_what_is_wrong_comes_first_and_is_counted(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "sleep")
    (home.root / "glossary.md").write_text("no heading\n")
    write_heartbeat(home, Heartbeat(beat=AT, pid=1, every=60, stopped=True))
    text = DeskClient(home, AT).get("/health").markup
    assert "checks found something" in text
    assert text.index('class="chip blocked"') < text.index("<dt>settings")


def test_a_record_that_does_not_read_is_one_of_the_lines(tmp_path: Path) -> None:
    home = empty_home(tmp_path)
    write_summary(home, "sleep")
    publish(home, at=AT)
    home.record(1).write_text("{")
    answer = DeskClient(home, AT).get("/health")
    assert answer.status == 200
    assert "issues/0001.json: it is not readable JSON" in answer.words
    assert ">clock</" in answer.markup


def test_the_mail_server_is_asked_by_the_button_alone(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    settings = home.settings.read_text()
    home.settings.write_text(f'{settings}\n[smtp]\nhost = "127.0.0.1"\nport = 1\n[deliver]\n')
    assert "mail server</" not in DeskClient(home, AT).get("/health").markup
    asked = DeskClient(home, AT).post("/health", {})
    assert "mail server</" in asked.markup
    assert "127.0.0.1" in asked.markup


def test_settings_that_cannot_be_read_are_one_line_and_no_traceback(tmp_path: Path) -> None:
    home = sample_home(tmp_path / "home")
    home.settings.write_text("[newsletter\n")
    answer = DeskClient(home, AT).get("/health")
    assert answer.status == 200
    assert "newsletter.toml:1" in answer.markup
