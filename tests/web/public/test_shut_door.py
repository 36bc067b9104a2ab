"""While the settings are broken, links in mails are away for now, and the site is there."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from msnewsletter.web.public.app import StaticSite
from msnewsletter.web.public.shut_door import ShutDoor
from patience import PATIENCE
from web.servers import Server

if TYPE_CHECKING:
    from pathlib import Path


def status(port: int, method: str, path: str) -> tuple[int, str | None]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        got = connection.getresponse()
        return got.status, got.getheader("retry-after")
    finally:
        connection.close()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_door_s_pages_are_away_and_the_site_is_there(tmp_path: Path, method: str) -> None:
    (tmp_path / "index.html").write_text("The site.")
    with Server(application=ShutDoor(StaticSite(tmp_path))).running() as server:
        for path in ("/unsubscribe/token", "/subscribe", "/confirm/token", "/healthz"):
            assert status(server.port, method, path) == (503, "600")
        assert status(server.port, method, "/nothing")[0] == (405 if method == "POST" else 404)
        assert status(server.port, method, "/")[0] == (405 if method == "POST" else 200)
