"""A mail server that writes down what it accepts, and misbehaves as a test tells it to.

It is a process of its own, so that it survives whoever is killed while talking to it. A message is
in its file before the client gets the reply to the final dot. `behaviours.py` says what it can do.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from certificates import CertificateFiles, write_certificate
from peers.behaviours import Behaviour, Certificate, Side
from peers.child import Child, child
from peers.recording_process import Plan, Settle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """A message that the server has taken; `number` counts them from 1.

    `sha256` is that of the message as sent, dots restored; `x_id` is the header X-ID.
    """

    number: int
    connection: int
    sender: str
    recipients: list[str]
    message_id: str
    x_id: str
    size: int
    sha256: str
    encrypted: bool
    user: str | None


class RecordingServer:
    """A running server at `host`; its folder holds what it has accepted."""

    def __init__(
        self, process: Child, folder: Path, *, keep_messages: bool, transcript: bool, host: str
    ) -> None:
        self.folder = folder
        self._process = process
        self._keep = keep_messages
        self._transcript = transcript
        self.host = host
        self.port: int = 0

    def behave(self, behaviour: Behaviour) -> None:
        """From now on; connections that are open go on as they began. All counts begin anew."""
        files = None
        if behaviour.security != "none":
            files = _write_certificate(self.folder, behaviour.certificate)
        plan = Plan(
            behaviour=behaviour,
            folder=self.folder,
            certificate=files.certificate if files else None,
            key=files.key if files else None,
            keep_messages=self._keep,
            transcript=self._transcript,
            host=self.host,
        )
        self.port = self._process.ask(plan)

    def forget(self) -> None:
        """Be good again, with nothing recorded, as soon as all connections have ended."""
        self.settle()
        for name in ("accepted.jsonl", "transcript.jsonl"):
            (self.folder / name).write_bytes(b"")
        self.behave(Behaviour())

    def accepted(self) -> list[Accepted]:
        """All that was accepted, in the order of acceptance."""
        return [Accepted(**one) for one in self._lines("accepted.jsonl")]

    def message(self, number: int) -> bytes:
        """An accepted message as sent, dots restored; `keep_messages` has it kept."""
        return (self.folder / f"{number}.eml").read_bytes()

    def transcript(self, connection: int | None = None) -> list[tuple[Side, str]]:
        """What was said, line by line, on one connection (they count from 1) or on all.

        A message's body is one line that gives its length. Call `settle` before.
        """
        return [
            (Side(side), text)
            for number, side, text in self._lines("transcript.jsonl")
            if connection in {None, number}
        ]

    def settle(self) -> None:
        """Wait until all connections that were made have ended on the server's side too."""
        self._process.ask(Settle())

    def _lines(self, name: str) -> list[Any]:
        return [json.loads(line) for line in (self.folder / name).read_text().splitlines()]


@contextmanager
def recording_server(
    folder: Path,
    behaviour: Behaviour | None = None,
    *,
    keep_messages: bool = False,
    transcript: bool = False,
    host: str = _HOST,
) -> Iterator[RecordingServer]:
    """Run a server that writes into this folder, for as long as the block runs.

    Without `keep_messages` it keeps a digest of each message; `transcript` has it write down what
    is said, too.
    """
    with child("peers.recording_process") as process:
        server = RecordingServer(
            process, folder, keep_messages=keep_messages, transcript=transcript, host=host
        )
        server.behave(behaviour or Behaviour())
        yield server


def _write_certificate(folder: Path, kind: Certificate) -> CertificateFiles:
    name = "mail.elsewhere.example" if kind is Certificate.OTHER_NAME else _HOST
    until = datetime.now(UTC) - timedelta(days=1) if kind is Certificate.EXPIRED else None
    return write_certificate(folder, name, until=until)
