"""The sink takes what is sent; the source sends as much as it is told."""

from __future__ import annotations

import smtplib
from typing import TYPE_CHECKING

from patience import PATIENCE
from peers.recording_server import recording_server
from peers.smtp_sink import smtp_sink, smtp_source

if TYPE_CHECKING:
    from pathlib import Path


def test_the_sink_takes_all() -> None:
    with smtp_sink() as port:
        with smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE) as smtp:
            assert smtp.sendmail("news@example.org", ["a@example.org"], b"\r\nHello\r\n") == {}
        smtp_source(port, 20, size=100, sessions=2)


def test_the_source_sends_so_many_over_connections_that_it_keeps(tmp_path: Path) -> None:
    with recording_server(tmp_path) as server:
        smtp_source(server.port, 20, size=41_000, sessions=2)
        accepted = server.accepted()
    assert len(accepted) == 20
    assert {letter.connection for letter in accepted} == {1, 2}
    assert all(letter.size >= 41_000 for letter in accepted)
