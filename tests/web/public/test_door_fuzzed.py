"""Anything at all is sent to the door: it never fails, and who only looks changes nothing.

`DOOR_REQUESTS` sets how many requests there are, `DOOR_SECONDS` for how long there are more: few
here, `make fuzz-door` goes on for ten minutes.
"""

from __future__ import annotations

import os
import random
import re
import time
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import chance
from msnewsletter.subscribers.subscriber import SubscriberState
from msnewsletter.subscribers.tokens import Purpose
from web.doors import OpenedDoor, opened_door

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

REQUESTS = int(os.environ.get("DOOR_REQUESTS", "1500"))
SECONDS = float(os.environ.get("DOOR_SECONDS", "0"))
ROOMS = ("subscribe", "confirm", "preferences", "unsubscribe", "come-back", "healthz", "metrics")
PURPOSES = {
    "confirm": Purpose.CONFIRM,
    "preferences": Purpose.PREFERENCES,
    "unsubscribe": Purpose.UNSUBSCRIBE,
    "come-back": Purpose.COME_BACK,
}
NAMES = ("form", "address", "edition", "website", "words", "pause", "leave", "page", "a")
VALUES = (
    *("", "ada@example.org", "full", "low-energy", "0", "3", "yes", "x" * 300, "\0", "é", "%zz"),
    *("a\r\nBcc: b@example.org", "<script>", "{{ 7 * 7 }}", "' OR 1=1 --", "One-Click", "½@½.ß"),
)
TYPES = (
    *("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=b"),
    *("text/plain", "", "application/x-www-form-urlencoded; charset=utf-16", "\xff"),
)
HEADERS = (
    ("Origin", ("null", "https://evil.example", "https://notes.example.org", "", "//")),
    ("Sec-Fetch-Site", ("same-origin", "cross-site", "none", "x")),
    ("X-Forwarded-For", ("192.0.2.1", "::1, 10.0.0.1", "," * 50, "x", "1.2.3.4" * 40)),
    ("Authorization", ("Bearer x", "Basic eA==", "Bearer \xff", "")),
    ("Cookie", ("a=b", "x" * 3000)),
    ("Accept-Encoding", ("gzip", "*;q=0", "x")),
    ("Expect", ("100-continue", "x")),
)
TABLES = ("subscribers", "consents", "forgotten", "door_requests")


def state(door: OpenedDoor, *tables: str) -> list[object]:
    """All that the database holds of people."""
    with door.store._engine.connect() as connection:
        return [
            connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1").fetchall()  # noqa: S608  (names of ours)
            for name in tables
        ]


class Fuzzer:
    """Draws requests; a good token comes along often enough that the door opens."""

    def __init__(self, door: OpenedDoor, draw: random.Random) -> None:
        self._door, self._draw = door, draw
        self._people = [
            door.put(f"{number}-{state}@example.org", state)
            for number, state in enumerate(list(SubscriberState) * 3)
            if state is not SubscriberState.SUPPRESSED
        ]

    def token(self, room: str) -> tuple[str, bool]:
        """A token, and whether it is good in that room."""
        draw, who = self._draw, self._draw.choice(self._people)
        purpose = PURPOSES.get(room, Purpose.FORM)
        kind = draw.randrange(6)
        if kind == 0:
            return self.noise(), False
        if kind == 1:
            other = draw.choice([one for one in Purpose if one is not purpose])
            return self._door.token(other, who), False
        token = self._door.token(purpose, who)
        if kind == 2:
            at = draw.randrange(len(token))
            changed = token[:at] + draw.choice("aZ0-_.") + token[at + draw.randrange(2) :]
            return changed, changed == token
        if kind == 3:
            old = self._door.now - timedelta(days=400)
            made = self._door.tokens.make(purpose, who.handle, at=old)
            return made, purpose is Purpose.UNSUBSCRIBE
        return token, True

    def noise(self) -> str:
        return "".join(chr(self._draw.randrange(1, 0x250)) for _ in range(self._draw.randrange(90)))

    def path(self) -> tuple[str, bool]:
        room = self._draw.choice(ROOMS)
        good = False
        parts = [room]
        if self._draw.random() < 0.8:
            token, good = self.token(room)
            parts.append(quote(token))
        if self._draw.random() < 0.1:
            parts.append(quote(self.noise()))
            good = False
        query = "?" + quote(self.noise()) if self._draw.random() < 0.1 else ""
        return "/" + "/".join(parts) + query, good

    def body(self) -> bytes:
        draw = self._draw
        match draw.randrange(6):
            case 0:
                return b"List-Unsubscribe=One-Click"
            case 1:
                return draw.randbytes(draw.randrange(400))
            case 2:
                return b"a=" + b"b" * draw.choice([10, 16_382, 16_383, 40_000])
            case 3:
                return b'{"address": "ada@example.org"}'
        fields = {
            name: draw.choice(VALUES) for name in draw.sample(NAMES, draw.randrange(len(NAMES)))
        }
        if draw.random() < 0.7:
            old = self._door.now - timedelta(seconds=draw.choice([0, 1, 2, 9, 90_000]))
            fields["form"] = self._door.tokens.make(Purpose.FORM, "page", at=old)
        return "&".join(f"{name}={quote(value)}" for name, value in fields.items()).encode()

    def form(self) -> bytes:
        """A sign-up that is as it should be, nearly always."""
        made = self._door.now - timedelta(seconds=9)
        form = self._door.tokens.make(Purpose.FORM, "page", at=made)
        address = self._draw.choice([*VALUES, *(f"{n}@example.org" for n in range(40))])
        return f"form={form}&address={quote(address)}&edition=low-energy".encode()

    def headers(self) -> list[str]:
        chosen = self._draw.sample(HEADERS, self._draw.randrange(3))
        return [f"{name}: {self._draw.choice(values)}" for name, values in chosen]

    def request(self) -> tuple[str, bytes, bool]:
        """The method, the bytes, and whether its token is good where it goes."""
        method = self._draw.choice(["GET", "HEAD", "POST", "POST", "POST", "PUT", "OPTIONS"])
        path, good = self.path()
        body = self.body() if self._draw.random() < 0.8 else b""
        if self._draw.random() < 0.15:
            path, good, body = (
                self._draw.choice(["/subscribe", "/preferences/"]),
                False,
                self.form(),
            )
        lines = [f"{method} {path} HTTP/1.1", "Host: notes.example.org", "Connection: close"]
        lines += [f"Content-Length: {len(body)}", f"Content-Type: {self._draw.choice(TYPES[:6])}"]
        if self._draw.random() < 0.6:
            lines[-1] = f"Content-Type: {TYPES[0]}"
        lines += self.headers()
        return method, "\r\n".join([*lines, "", ""]).encode("latin-1") + body, good


def judged(method: str, answer: bytes) -> list[str]:
    """What is wrong with an answer."""
    head = answer.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    if not answer:
        return []  # The connection ended while the server was still being sent to.
    statuses = [int(found) for found in re.findall(r"^http/1\.1 (\d+)", head, re.MULTILINE)]
    wrong = [f"status {found}" for found in statuses if found >= 500]
    wrong += ["a traceback"] if b"Traceback" in answer else []
    wrong += ["a cookie"] if "set-cookie" in head else []
    wrong += ["49"] if b">49<" in answer else []
    if statuses and statuses[-1] in {200, 404, 410, 422, 429} and method != "OPTIONS":
        wrong += [] if "content-security-policy: default-src 'none'" in head else ["no policy"]
    return wrong


def test_nothing_that_is_sent_makes_the_door_fail(tmp_path: Path) -> None:
    limits = "most_an_hour = 1000000\nmost_an_hour_for_a_network = 1000000\nproxies = ['127.0.0.1']"
    with opened_door(tmp_path, more=limits, sandbox=True) as door:
        fuzzer = Fuzzer(door, random.Random(chance.seed(15)))
        end, sent = time.monotonic() + SECONDS, 0
        while sent < REQUESTS or time.monotonic() < end:
            sent += 1
            check(door, *fuzzer.request())
        assert door.complaints == []
        assert sent >= REQUESTS
        changed = {one.state for one in door.store.subscribers()}
        assert SubscriberState.UNSUBSCRIBED in changed, "good requests were among them"
        assert door.store.waiting_letters().count > 0


def check(door: OpenedDoor, method: str, request: bytes, good: bool) -> None:  # noqa: FBT001
    """Send a request, and see whether it did more than it may."""
    people, before = TABLES[:3], state(door, *TABLES)
    answer = exchanged(door, request)
    if wrong := judged(method, answer):
        pytest.fail(f"{wrong}: {request[:600]!r}: {answer[:600]!r}")
    if method != "POST":
        assert state(door, *TABLES) == before, request
    elif not good:
        assert state(door, *people) == before[:3], request


def exchanged(door: OpenedDoor, request: bytes) -> bytes:
    try:
        return door.server.ask_until_it_closes(request)
    except ConnectionError:
        return b""  # It was refused before all of it was sent.


def test_every_kind_of_request_is_among_them(tmp_path: Path) -> None:
    """Half of what is drawn must be well-formed, or nothing is tried."""
    with opened_door(tmp_path, sandbox=True) as door:
        fuzzer = Fuzzer(door, random.Random(chance.seed(16)))
        drawn: Sequence[tuple[str, bytes, bool]] = [fuzzer.request() for _ in range(400)]
    assert {method for method, _, _ in drawn} == {"GET", "HEAD", "POST", "PUT", "OPTIONS"}
    assert 50 < sum(good for _, _, good in drawn) < 350
