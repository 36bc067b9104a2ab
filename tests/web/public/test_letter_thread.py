"""The door's mails are sent outside of requests; what fails is said once, and holds nobody up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.web.public import letter_thread
from web.doors import opened_door

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from msnewsletter.publisher.subscribing.send_letters import SentLetters


def test_a_mail_server_that_is_away_changes_no_answer(tmp_path: Path) -> None:
    with opened_door(tmp_path) as door:
        text = door.home.settings.read_text()
        door.home.settings.write_text(text.replace(f"port = {door.mailbox.port}", "port = 9"))
        first = door.sign_up("ada@example.org")
        door.until(lambda: door.complaints)
        assert "127.0.0.1:9" in str(door.complaints[0])
        door.home.settings.write_text(text)
        second = door.sign_up("bo@example.org")
        assert (first.status, first.text) == (second.status, second.text)
        # It is due again in a minute; the other one is not held up by that.
        assert door.letter().to == "bo@example.org"
        door.wait(minutes=2)
        door.sign_up("eve@example.org")
        assert {door.letter().to for _ in range(2)} == {"ada@example.org", "eve@example.org"}
        assert len(door.complaints) == 1
        assert not any("ada" in str(one) for one in door.complaints)


def test_bad_settings_change_nothing_and_are_said(tmp_path: Path) -> None:
    with opened_door(tmp_path) as door:
        # In one step: a file that is half written is another one.
        nonsense = tmp_path / "nonsense"
        nonsense.write_text("nonsense")
        nonsense.replace(door.home.settings)
        assert door.get("/subscribe").status == 200
        assert ["newsletter.toml" in str(one) for one in door.complaints] == [True]
        assert door.sign_up("ada@example.org").status == 200
        assert door.letter().to == "ada@example.org"


def test_a_bug_is_said_once_and_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(store: object, context: object, **more: object) -> SentLetters:
        raise KeyError("ada@example.org", store, context, more)

    with opened_door(tmp_path) as door:
        with monkeypatch.context() as patched:
            patched.setattr(letter_thread, "send_due_letters", broken)
            door.sign_up("ada@example.org")
            door.until(lambda: door.complaints)
            assert [str(one) for one in door.complaints] == [
                "the door's mails: a bug (KeyError); report it"
            ]
        door.sign_up("bo@example.org")
        assert {door.letter().to for _ in range(2)} == {"ada@example.org", "bo@example.org"}


def test_who_never_confirmed_is_removed_by_and_by(tmp_path: Path) -> None:
    with opened_door(tmp_path) as door:
        door.sign_up("ada@example.org")
        door.letter()
        door.wait(days=8)
        door.sign_up("bo@example.org")
        door.letter()
        door.until(lambda: len(list(door.store.subscribers())) == 1)
        assert door.person("bo@example.org")
