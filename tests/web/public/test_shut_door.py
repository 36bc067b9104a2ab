"""While the settings are broken, links in mails are away for now, and the site is there."""

from __future__ import annotations

from http.client import HTTPConnection
from typing import TYPE_CHECKING

import pytest

from msnewsletter.errors import NewsletterError, SettingsError, StoreError
from msnewsletter.web.public.app import StaticSite
from msnewsletter.web.public.door_responses import plain
from msnewsletter.web.public.shut_door import ShutDoor
from patience import PATIENCE
from web.servers import Server

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.types import ASGIApp


def status(port: int, method: str, path: str) -> tuple[int, str | None]:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path)
        got = connection.getresponse()
        return got.status, got.getheader("retry-after")
    finally:
        connection.close()


def never() -> ASGIApp:
    raise AssertionError("nothing was mended")


def shut(folder: Path, opened: Callable[[], ASGIApp], *told: list[str]) -> ShutDoor:
    """The shut door of a site, whose complaints are added to `told`."""
    (folder / "newsletter.toml").write_text("nonsense")

    def complain(error: NewsletterError) -> None:
        told[0].append(str(error))

    settings = folder / "newsletter.toml"
    return ShutDoor(StaticSite(folder), settings=settings, opened=opened, complain=complain)


def test_it_opens_with_the_first_request_after_the_settings_are_mended(tmp_path: Path) -> None:
    told: list[str] = []
    made: list[str] = []

    def opened() -> ASGIApp:
        made.append((tmp_path / "newsletter.toml").read_text())
        match made[-1]:
            case "worse":
                raise SettingsError("newsletter.toml", "is worse", "mend it")
            case "good" if len(made) == 2:
                raise StoreError("the database", "is away", "wait")
        return plain("open\n")

    with Server(application=shut(tmp_path, opened, told)).running() as server:
        (tmp_path / "newsletter.toml").write_text("worse")
        assert [status(server.port, "GET", "/subscribe")[0] for _ in range(2)] == [503, 503]
        assert (made, len(told)) == (["worse"], 1)
        (tmp_path / "newsletter.toml").write_text("good")
        assert status(server.port, "GET", "/subscribe")[0] == 503
        assert [status(server.port, "GET", "/subscribe")[0] for _ in range(2)] == [200, 200]
        assert (made, len(told)) == (["worse", "good", "good"], 2)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_door_s_pages_are_away_and_the_site_is_there(tmp_path: Path, method: str) -> None:
    (tmp_path / "index.html").write_text("The site.")
    with Server(application=shut(tmp_path, never)).running() as server:
        for path in ("/unsubscribe/token", "/subscribe", "/confirm/token", "/healthz"):
            assert status(server.port, method, path) == (503, "600")
        assert status(server.port, method, "/nothing")[0] == (405 if method == "POST" else 404)
        assert status(server.port, method, "/")[0] == (405 if method == "POST" else 200)
