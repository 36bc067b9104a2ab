"""The fault proxy: a dialogue passes, is cut at every byte of either side, or takes longer."""

from __future__ import annotations

import smtplib
import socket
import time
from typing import TYPE_CHECKING

import pytest

from patience import PATIENCE
from peers.behaviours import Ending, Side
from peers.fault_proxy import Cut, FaultProxy, Traffic, every_cut, fault_proxy
from peers.recording_server import RecordingServer, recording_server

if TYPE_CHECKING:
    from collections.abc import Iterator

SENDER, READER = "news@example.org", "reader@example.org"
MESSAGE = b"Message-ID: <1@example.org>\r\n\r\nHello\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RecordingServer]:
    with recording_server(tmp_path_factory.mktemp("recording")) as running:
        yield running


@pytest.fixture
def proxy(server: RecordingServer) -> Iterator[FaultProxy]:
    server.forget()
    with fault_proxy(server.port) as running:
        yield running


def send(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="me", timeout=PATIENCE) as smtp:
        smtp.sendmail(SENDER, [READER], MESSAGE)


def test_a_dialogue_passes_and_its_bytes_are_counted(
    server: RecordingServer, proxy: FaultProxy
) -> None:
    send(proxy.port)
    assert len(server.accepted()) == 1
    [traffic] = proxy.traffic()
    assert traffic.client > len(MESSAGE)
    assert traffic.server > len("220 mail.test")


@pytest.mark.parametrize("ending", Ending)
def test_a_dialogue_is_cut_at_every_byte(
    server: RecordingServer, proxy: FaultProxy, ending: Ending
) -> None:
    send(proxy.port)
    [traffic] = proxy.traffic()
    # Both have said QUIT's lines when nothing of the message is left to lose.
    ends = {Side.CLIENT: traffic.client - len("QUIT\r\n"), Side.SERVER: traffic.server}
    for cut in every_cut(traffic, ending):
        server.forget()
        proxy.cut(cut)
        try:
            send(proxy.port)
            sent = True
        except (smtplib.SMTPException, OSError):
            sent = False
        [passed] = proxy.traffic()
        assert (passed.client if cut.side is Side.CLIENT else passed.server) == cut.after
        server.settle()
        if cut.side is Side.CLIENT:
            assert len(server.accepted()) == (cut.after >= ends[Side.CLIENT]), cut
        assert len(server.accepted()) >= sent


def test_only_some_connections_are_cut(server: RecordingServer, proxy: FaultProxy) -> None:
    proxy.cut(Cut(after=0, side=Side.CLIENT, skip=1, times=1))
    send(proxy.port)
    with pytest.raises((smtplib.SMTPException, OSError)):
        send(proxy.port)
    send(proxy.port)
    assert len(server.accepted()) == 2


def test_a_round_trip_takes_its_time(server: RecordingServer) -> None:
    with (
        fault_proxy(server.port, round_trip=0.04) as proxy,
        socket.create_connection(("127.0.0.1", proxy.port)) as connection,
        connection.makefile("rb") as replies,
    ):
        replies.readline()
        began = time.monotonic()
        for _ in range(3):
            connection.sendall(b"NOOP\r\n")
            assert replies.readline().startswith(b"250")
        assert time.monotonic() - began >= 3 * 0.04


def test_who_cannot_reach_the_server_is_hung_up_on() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with (
            fault_proxy(nobody.getsockname()[1]) as proxy,
            socket.create_connection(("127.0.0.1", proxy.port)) as connection,
        ):
            assert connection.recv(1) == b""
            assert proxy.traffic() == []


def test_what_cuts_there_are() -> None:
    cuts = list(every_cut(Traffic(client=2, server=0)))
    assert [(cut.side, cut.after) for cut in cuts] == [
        (Side.CLIENT, 0),
        (Side.CLIENT, 1),
        (Side.CLIENT, 2),
        (Side.SERVER, 0),
    ]
