"""Figures and health: for monitors, not for the public, and about nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_client.parser import text_string_to_metric_families

from msnewsletter.delivery_settings import METRICS_TOKEN
from msnewsletter.publisher.subscribing.door_guard import ask_at_door, door_request
from msnewsletter.subscribers.address import parse_address
from msnewsletter.subscribers.door_rules import DoorLimits, DoorRequestKind
from msnewsletter.subscribers.subscriber import SubscribedEdition, SubscriberState
from msnewsletter.web.public.door_metrics import may_read_metrics
from msnewsletter.web.public.door_request import DoorCall
from web.doors import OpenedDoor, opened_door

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def door(tmp_path: Path) -> Iterator[OpenedDoor]:
    with opened_door(tmp_path) as opened:
        yield opened


def test_the_figures_are_those_of_the_database(door: OpenedDoor) -> None:
    door.put("ada@example.org")
    door.put("bo@example.org")
    door.put("eve@example.org", SubscriberState.PENDING)
    door.store.enqueue(7, manifest="a", at=door.now)
    door.home.settings.write_text(
        door.home.settings.read_text().replace("[newsletter]", "[newsletter]\nsandbox = true")
    )
    request = door_request(
        DoorRequestKind.SIGN_UP,
        parse_address("new@example.org"),
        SubscribedEdition.FULL,
        network="n",
        secret=b"s",
        at=door.now,
    )
    ask_at_door(door.store, request, DoorLimits(of_network=9, in_all=9))
    door.wait(seconds=90)
    waiting = door.home.outbox / "new" / "0007"
    waiting.mkdir(parents=True)
    answer = door.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    figures = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert figures["msnewsletter_subscribers", "confirmed", "full"] == 2
    assert figures["msnewsletter_subscribers", "full", "pending"] == 1
    assert figures["msnewsletter_subscribers", "low-energy", "suppressed"] == 0
    assert figures["msnewsletter_deliveries", "7", "queued"] == 2
    assert figures["msnewsletter_deliveries", "7", "sent"] == 0
    assert figures["msnewsletter_door_mails_waiting",] == 1
    assert figures["msnewsletter_door_mails_oldest_seconds",] == 90
    assert ("msnewsletter_outbox_oldest_seconds",) in figures
    assert "@" not in answer.text


def test_a_token_opens_the_figures_and_nothing_else_does(
    door: OpenedDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert door.get("/metrics").status == 200
    passed_on = door.ask("GET", "/metrics", headers={"X-Forwarded-For": "127.0.0.1"})
    assert passed_on.status == 403
    monkeypatch.setenv(METRICS_TOKEN, "s3cret ü")
    for sent in ("", "Bearer", "Bearer wrong", "Basic s3cret", "Bearer \xff"):
        refused = door.ask("GET", "/metrics", headers={"Authorization": sent} if sent else {})
        assert (refused.status, refused.headers["www-authenticate"]) == (401, "Bearer")
    monkeypatch.setenv(METRICS_TOKEN, "s3cret")
    assert door.ask("GET", "/metrics", headers={"Authorization": "bearer s3cret"}).status == 200


@pytest.mark.parametrize("peer", ["192.0.2.1", "10.0.0.1", "", None])
def test_who_is_elsewhere_gets_no_figures(peer: str | None) -> None:
    call = DoorCall(method="GET", words=("metrics",), headers={}, peer=peer)
    assert not may_read_metrics(call, None)


def test_health_is_that_of_the_database(door: OpenedDoor) -> None:
    assert (door.get("/healthz").status, door.get("/healthz").text) == (200, "ok\n")
    assert door.ask("HEAD", "/healthz").status == 200
    assert door.post("/healthz").status == door.post("/metrics").status == 405
    with door.store._engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE secrets RENAME TO elsewhere")
    assert door.get("/healthz").status == 503
