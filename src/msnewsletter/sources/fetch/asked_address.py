"""Addresses that may be asked, and what of them counts. Pure."""

from __future__ import annotations

import re

import httpx2

from msnewsletter.sources.fetch.fetch_error import FetchError

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(rb"[a-z0-9._:-]+", re.IGNORECASE)
# Some resolvers take the rest of it.
_PORT = range(1, 65536)
_LONGEST = 8000


def parsed(address: str, place: str) -> httpx2.URL:
    """An address that may be asked, without fragment; raises FetchError at `place`."""
    problem = "it is no web address"
    try:
        url = httpx2.URL(address[: _LONGEST + 1]).copy_with(fragment=None)
    except (httpx2.InvalidURL, ValueError):
        raise FetchError(place, problem, "correct it", passing=False) from None
    is_host = _HOST.fullmatch(url.raw_host) and (url.port is None or url.port in _PORT)
    if url.scheme not in _PORTS or not is_host or len(address) > _LONGEST:
        raise FetchError(place, problem, "only http and https are asked", passing=False)
    if url.userinfo:
        problem = "its address holds a user or password, which others would see"
        remedy = "take it out; sources of JSON can have a `token`"
        raise FetchError(place, problem, remedy, passing=False)
    return url


def origin_of(url: httpx2.URL) -> str:
    """Scheme, host and port, as `https://example.org:8443`."""
    port = f":{url.port}" if url.port else ""
    return f"{url.scheme}://{url.raw_host.decode()}{port}"


def site_of(address: str) -> str:
    """`origin_of` of any text; empty: it is no web address."""
    try:
        return origin_of(httpx2.URL(address[: _LONGEST + 1]))
    except (httpx2.InvalidURL, ValueError):
        return ""


def host_and_port(url: httpx2.URL) -> tuple[str, int]:
    """Where it is asked: the host in small letters."""
    return url.raw_host.decode().lower(), url.port or _PORTS[url.scheme]


def plain(address: str) -> str:
    """An address as an URL says it that was asked; empty: it is none."""
    try:
        return str(httpx2.URL(address).copy_with(fragment=None))
    except (httpx2.InvalidURL, ValueError):
        return ""
