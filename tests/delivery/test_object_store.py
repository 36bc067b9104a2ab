"""An object store: which names fit, and errors that hold nothing of what the library says."""

from __future__ import annotations

import sys

import pytest

from msnewsletter.delivery.object_store import fits, open_store
from msnewsletter.errors import PushError, SettingsError


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
