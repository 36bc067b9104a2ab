"""An object store: which names fit, and errors that hold nothing of what the library says."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from msnewsletter.delivery.object_store import fits, open_store
from msnewsletter.errors import PushError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.mark.parametrize("name", ["index.html", "a/b.html", "ü ?&+%20.html", "a#1.html", "e\u0301"])
def test_a_name_that_every_store_takes_fits(name: str) -> None:
    assert fits(name)


@pytest.mark.parametrize(
    "name", ["", "a//b", "/a", "a/", "../a", "a/./b", "a\nb", "a\\b", "a#1", "\udcff", "ü" * 451]
)
def test_a_name_that_some_store_refuses_does_not(name: str) -> None:
    assert not fits(name)


def test_without_the_extra_it_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "obstore.exceptions", None)
    with pytest.raises(
        SettingsError, match=r"needs obstore, .* run pip install 'msnewsletter\[s3\]'"
    ):
        open_store("s3://news")


def test_a_token_in_what_the_library_says_is_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "sv=2026&sig=secret-signature"  # noqa: S105  (of nobody)
    monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "nobody")
    monkeypatch.setenv("AZURE_STORAGE_SAS_KEY", secret)
    monkeypatch.setenv("AZURE_STORAGE_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("AZURE_ALLOW_HTTP", "true")
    with pytest.raises(PushError) as raised:
        open_store("az://news").read("index.html")
    assert "secret-signature" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__


def test_a_folder_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(PushError, match="there is no such folder here; mount it, or make it"):
        open_store((tmp_path / "a place").as_uri())
    assert not (tmp_path / "a place").exists()
    (tmp_path / "a place").mkdir()
    assert open_store((tmp_path / "a place").as_uri()).read("x") is None


def test_an_endpoint_in_clear_is_named_with_what_allows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.delenv("AWS_ALLOW_HTTP", raising=False)
    with pytest.raises(PushError, match=r"AWS_ENDPOINT is not encrypted .* AWS_ALLOW_HTTP=true"):
        open_store("s3://news")
    monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
    open_store("s3://news")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("RequestTimeTooSkewed", "15 minutes apart (RequestTimeTooSkewed); set this one's clock"),
        ("AccessDenied", "may not do this (AccessDenied); give them the right"),
    ],
)
def test_what_a_store_refuses_for_is_said_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, code: str, said: str
) -> None:
    with answering(403, f"<Error><Code>{code}</Code></Error>") as port:
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        with pytest.raises(PushError) as raised:
            open_store("s3://news").read("index.html")
    assert said in str(raised.value)


@contextmanager
def answering(status: int, body: str) -> Iterator[int]:
    """A server that answers everything so; yields its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *given: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
