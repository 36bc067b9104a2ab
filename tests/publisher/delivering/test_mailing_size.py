"""A mailing begins when somebody gets it, and not with very many at once unless that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from delivering import Newsletter, newsletter, recipients
from msnewsletter.errors import RefusedError
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RecordingServer]:
    with recording_server(tmp_path) as server:
        yield server


@pytest.fixture
def letter(tmp_path: Path, server: RecordingServer) -> Newsletter:
    return newsletter(tmp_path, server)


def test_an_issue_that_nobody_would_get_waits_until_somebody_does(
    letter: Newsletter, server: RecordingServer
) -> None:
    letter.publish()
    done = letter.deliver()
    assert done.mailings == ()
    [problem] = done.problems
    assert "issue 0001: it waits, for there is no confirmed subscriber" in str(problem)
    assert "add or import subscribers" in str(problem)
    with pytest.raises(RefusedError, match="it waits"):
        letter.deliver(named=1)
    assert letter.folders() == {"new": ["0001"], "sent": []}
    letter.subscribe("ada")
    assert letter.deliver().problems == ()
    assert recipients(server) == ["ada@example.org"]
    assert letter.folders() == {"new": [], "sending": [], "sent": ["0001"]}
