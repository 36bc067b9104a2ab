from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.sources.fetch.shown_address import shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ada:secret@example.org/feed", "https://example.org/feed"),
        ("https://a@b@example.org/feed", "https://example.org/feed"),
        ("https://example.org/a?token=secret&page=2", "https://example.org/a?token=***&page=2"),
        ("https://example.org/a?page=2&API_KEY=secret", "https://example.org/a?page=2&API_KEY=***"),
        ("https://example.org/?apiKey=secret", "https://example.org/?apiKey=***"),
        ("https://example.org/?apikey=secret", "https://example.org/?apikey=***"),
        ("https://example.org/?access_token=secret", "https://example.org/?access_token=***"),
        ("https://example.org/?X-Amz-Signature=secret", "https://example.org/?X-Amz-Signature=***"),
        ("https://example.org/?sig=secret;auth=secret", "https://example.org/?sig=***;auth=***"),
        ("https://example.org/?token=secret=more", "https://example.org/?token=***"),
        ("https://example.org/?keyword=ms&author=x", "https://example.org/?keyword=ms&author=x"),
        ("https://example.org/#access_token=secret", "https://example.org/"),
        ("https://ada:secret@[::1", "[::1"),
        ("a-source", "a-source"),
    ],
)
def test_addresses_are_shown_without_secrets(address: str, shown: str) -> None:
    assert shown_address(address) == shown


@given(st.text(max_size=500))
def test_whatever_the_text_it_is_short(text: str) -> None:
    assert len(shown_address(f"https://example.org/{text}")) <= 300
