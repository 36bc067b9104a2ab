"""`doctor` asks the mail server and the door, and sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from certificates import trust
from clock.clocks import at
from delivering import Newsletter, newsletter
from msnewsletter.delivery.door_probe import probe_door
from msnewsletter.delivery.smtp import Server
from msnewsletter.delivery.smtp_probe import probe_smtp
from msnewsletter.errors import DeliveryError
from patience import PATIENCE
from peers.behaviours import Behaviour, Certificate, Login, Reply, Step

if TYPE_CHECKING:
    from pathlib import Path

    from peers.recording_server import RecordingServer

LOGIN = Login()


def said(server: RecordingServer, **values: str) -> str:
    """What is said of the server; it has accepted nothing."""
    place = Server(host="127.0.0.1", port=server.port, security="none", timeout=PATIENCE)
    try:
        return probe_smtp(Server(**{**{n: getattr(place, n) for n in _FIELDS}, **values}))
    finally:
        assert server.accepted() == []


_FIELDS = ("host", "port", "security", "user", "password", "timeout")


def test_what_it_offers_is_named(server: RecordingServer) -> None:
    server.behave(Behaviour(extensions=("PIPELINING", "SIZE 10240000")))
    assert said(server).endswith(
        "takes us, without encryption; it offers PIPELINING, SIZE 10,240,000"
    )
    server.behave(Behaviour(extensions=()))
    assert "does not offer PIPELINING" in said(server)


def test_a_server_whose_largest_mail_is_too_small_is_refused(server: RecordingServer) -> None:
    server.behave(Behaviour(extensions=("SIZE 100000",)))
    with pytest.raises(DeliveryError, match="takes mail of 100,000 bytes at most"):
        said(server)


def test_encryption_is_verified_and_the_login_tried(
    server: RecordingServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, tmp_path)
    server.behave(Behaviour(security="starttls", login=LOGIN))
    right = {"security": "starttls", "user": LOGIN.user, "password": LOGIN.password}
    assert "takes us, encrypted by STARTTLS, logged in" in said(server, **right)
    with pytest.raises(DeliveryError, match="535"):
        said(server, **(right | {"password": "wrong"}))
    server.behave(Behaviour(security="starttls", certificate=Certificate.EXPIRED))
    with pytest.raises(DeliveryError, match="certificate"):
        said(server, security="starttls")


def test_doctor_says_it_in_a_line_and_is_bad_where_the_server_refuses_us(
    tmp_path: Path, server: RecordingServer
) -> None:
    letter: Newsletter = newsletter(tmp_path, server)
    settings = letter.home.settings.read_text()
    letter.home.settings.write_text(settings.replace("[subscribe]\n", ""))
    lines = at(letter.home, letter.now, "doctor").said.splitlines()
    letter.home.settings.write_text(settings)
    [line] = [line for line in lines if "mail server:" in line]
    assert line.startswith("ok   mail server: 127.0.0.1:")
    assert "without deliver.bounces nobody learns of dead addresses" in line
    assert "only lets readers leave" in line
    server.behave(Behaviour(rules=(Reply(at=Step.GREETING, lines=("554 5.7.1 No",)),)))
    doctor = at(letter.home, letter.now, "doctor")
    assert doctor.code == 1
    assert "BAD  mail server: 127.0.0.1:" in doctor.said
    assert "MAIL SERVER" not in at(letter.home, letter.now, "status").said, "it asks nobody"


@pytest.mark.parametrize("door", ["http://127.0.0.1:1/", "http://[::1/", "https://127.0.0.1:1/"])
def test_a_door_that_does_not_answer_is_one_line(door: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        probe_door(door)
    assert "serve" in caught.value.remedy
