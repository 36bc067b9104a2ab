"""One sender works at a time, on one machine and on two that share a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from databases import on_both
from delivering import newsletter
from msnewsletter.errors import BusyError
from msnewsletter.publisher.delivering.resolve_mailing import DoubtDecision, resolve_doubt
from msnewsletter.settings import load_settings
from msnewsletter.store import SENDING
from msnewsletter.store.subscribers import open_subscribers, subscribers_at
from peers.recording_server import recording_server

if TYPE_CHECKING:
    from pathlib import Path


@on_both
def test_a_sender_on_another_machine_is_not_disturbed(tmp_path: Path, database: str) -> None:
    (tmp_path / "server").mkdir()
    with recording_server(tmp_path / "server") as server:
        one = newsletter(tmp_path / "one", server)
        other = newsletter(tmp_path / "other", server)
        settings = load_settings(other.home.settings)
        with open_subscribers(subscribers_at(other.home, settings)) as elsewhere:
            elsewhere.lock(SENDING)
            if database == "sqlite":  # two homes, two databases
                assert one.deliver().mailings == ()
                return
            with pytest.raises(BusyError):
                one.deliver()
            with pytest.raises(BusyError):
                resolve_doubt(one.home, 1, DoubtDecision.DROP, at=one.now)
        assert one.deliver().mailings == ()
