"""One identity for all the ways in which a page is addressed, and never one for two pages."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from msnewsletter.sources.addresses import identity_of, is_worldwide, key_of_identity

GUT = "example.org/research/Gut"


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.org/research/Gut", "http://example.org/research/Gut/"),
        *("HTTPS://Example.ORG:443/research/Gut", "http://example.org:80/research//Gut"),
        *("https://www.example.org/research/Gut#found", "https://me@example.org/research/Gut?"),
        *("https://example.org/research/Gut?utm_source=x&utm_Medium=y&fbclid=1",),
        *("https://example.org/a/../research/./%47ut", " https://example.org./research/Gut "),
    ],
)
def test_a_page_is_one_page_however_it_is_addressed(address: str) -> None:
    assert identity_of(address) == GUT


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/?p=1", "https://example.org/?p=2"),
        ("https://example.org/gut", "https://example.org/Gut"),
        ("https://example.org/gut", "https://example.org/gut?page=2"),
        ("https://example.org/a?ref=1", "https://example.org/a?ref=2"),
        ("https://example.org/a?source=nature", "https://example.org/a?source=bmj"),
        ("https://example.org/a%2Fb", "https://example.org/a/b"),
        ("https://example.org/a%3Fb", "https://example.org/a?b"),
        ("https://example.org/%FF", "https://example.org/%FE"),
        ("https://example.org/?q=%FF", "https://example.org/?q=%FE"),
        ("https://example.org:8000/a", "https://example.org:8001/a"),
        ("https://a.example.org/", "https://b.example.org/"),
        ("https://www.org/", "https://org/"),
    ],
)
def test_two_pages_are_two(one: str, other: str) -> None:
    assert identity_of(one) != identity_of(other)


@pytest.mark.parametrize(
    ("address", "identity"),
    [
        ("https://exämple.org/größe", "xn--exmple-cua.org/gr%C3%B6%C3%9Fe"),
        ("https://example.org/?q=größe", "example.org?q=gr%C3%B6%C3%9Fe"),
        ("http://[::1]:8000/gut", "[::1]:8000/gut"),
        *(("tag:example.org,2026:1",) * 2, ("17",) * 2, ("mailto:x@example.org",) * 2),
        *(("https://example.org:x/",) * 2, ("https://",) * 2, ("http://[::1",) * 2),
    ],
)
def test_what_an_identity_looks_like(address: str, identity: str) -> None:
    assert identity_of(address) == identity


names = st.text("abAB1é ß%/?&=+~.,;:", min_size=1, max_size=6)
hosts = st.sampled_from(["example.org", "a.example.org", "127.0.0.1:8000", "[::1]:99"])
paths = st.lists(names.map(lambda part: quote(part, safe="")), max_size=3).map("/".join)
parameters = st.lists(st.tuples(st.sampled_from("pqr"), names), max_size=3)


def query_of(pairs: list[tuple[str, str]], *more: str) -> str:
    asked = [f"{name}={quote(value, safe='')}" for name, value in pairs] + [*more]
    return f"?{'&'.join(asked)}" if asked else ""


@given(hosts, paths, parameters)
def test_an_identity_is_the_same_for_all_that_says_nothing(
    host: str, path: str, pairs: list[tuple[str, str]]
) -> None:
    identity = identity_of(f"https://{host}/{path}{query_of(pairs)}")
    assert identity_of(identity) == identity
    assert identity_of(f"https://{identity}") == identity
    for same in (
        f"http://{host}/{path}{query_of(pairs)}",
        f"https://{host.upper()}/{path}/{query_of(pairs)}#there",
        f"HTTPS://{host}/{path}{query_of(pairs, 'utm_source=a', 'gclid=b')}",
        f"https://{host}/{path}{query_of([*reversed(pairs)])}",
    ):
        assert identity_of(same) == identity


@given(paths, paths, parameters, parameters)
def test_different_paths_and_queries_are_different_pages(
    one: str, other: str, ones: list[tuple[str, str]], others: list[tuple[str, str]]
) -> None:
    def parts(path: str) -> list[str]:
        return [part for part in path.split("/") if part not in {"", "."}]

    assume(".." not in parts(one) + parts(other))
    assume((parts(one), sorted(ones)) != (parts(other), sorted(others)))
    addresses = (
        f"https://example.org/{path}{query_of(pairs)}"
        for path, pairs in ((one, ones), (other, others))
    )
    assert len({identity_of(address) for address in addresses}) == 2


@given(st.text())
def test_anything_has_an_identity_and_a_key(text: str) -> None:
    assert len(key_of_identity(identity_of(text))) <= 200


@pytest.mark.parametrize(
    "identity",
    [
        *(GUT, "example.org?p=1", "127.0.0.1:8000/gut", "localhost:8000/gut", "[::1]:8000/gut"),
        *("tag:example.org,2026:1", "urn:uuid:1", "2f1e4fc0-81fd-11e9-bc42-526af7764f64"),
    ],
)
def test_what_names_the_same_everywhere(identity: str) -> None:
    assert is_worldwide(identity)


@pytest.mark.parametrize("identity", ["17", "gut", "example.org", "gut.html", "post:17", "a/b", ""])
def test_what_names_something_in_its_source_alone(identity: str) -> None:
    assert not is_worldwide(identity)
