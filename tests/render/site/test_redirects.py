"""Redirects from former addresses: each leads to the present one, none in a circle."""

from __future__ import annotations

import http.client
import re
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.render.site.redirects import NGINX, RULES, by_host, plain_lines, rule_files

if TYPE_CHECKING:
    from pathlib import Path

A, B, C = "https://a.example/news/", "https://b.example/", "https://a.example/"
D = "https://a.example/news/old/"


def led_by_nginx(text: str, address: str) -> str | None:
    """Where the rewrite rules send an address, read as nginx reads them: the first that fits."""
    parts = urlsplit(address)
    pattern = r'^(?:if \(\$scheme = (\w+)\) \{ )?rewrite "(.*)" "(.*)" permanent;(?: \})?$'
    for scheme, rule, target in re.findall(pattern, text, re.MULTILINE):
        if scheme in ("", parts.scheme) and (found := re.match(rule, parts.path)):
            return target.replace("$1", found[1] or "")
    return None


def led_by_rules(text: str, address: str) -> str | None:
    path = urlsplit(address).path
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        given, target, status = line.split()
        if path == given or (given.endswith("*") and path.startswith(given[:-1])):
            rest = path.removeprefix(given[:-1])
            return target.replace(":splat", rest) if status == "301" else None
    return None


FORMS = {NGINX: led_by_nginx, RULES: led_by_rules}


@pytest.mark.parametrize(
    ("old_sites", "site", "address", "leads"),
    [
        ([A], B, A + "rss.xml", B + "rss.xml"),
        ([A], B, C + "other", None),
        ([C], A, C + "rss.xml", A + "rss.xml"),
        ([C], A, A + "rss.xml", None),  # it is there already: no circle
        ([C], A, C + "news", None),  # the server adds the slash
        ([C], A, C + "newspaper", A + "newspaper"),
        ([A], C, A + "issues/0001.html", C + "issues/0001.html"),
        ([A], C, C + "issues/0001.html", None),
        ([A], C, A, C),
        ([A], C, C + "news", C),
        ([A], C, C + "newspaper", None),
        ([A, C], B, A + "rss.xml", B + "rss.xml"),
        ([A, C], B, C + "rss.xml", B + "rss.xml"),
        ([D, A], C, D + "rss.xml", C + "rss.xml"),
        ([D], A, D + "rss.xml", A + "rss.xml"),
        ([D], A, A + "rss.xml", None),
        (["https://a.example/x.y/"], B, "https://a.example/xzy/rss.xml", None),
    ],
)
def test_each_rule_leads_from_the_old_address_to_the_present_one(
    old_sites: list[str], site: str, address: str, leads: str | None
) -> None:
    ((_, sites),) = by_host(old_sites, site).items()
    files = rule_files(sites, site)
    assert {form: led(files[form].decode(), address) for form, led in FORMS.items()} == {
        NGINX: leads,
        RULES: leads,
    }


paths = st.sampled_from(["/", "/a/", "/a/b/", "/b/", "/ab/"])
hosts = st.sampled_from(["h.example", "h.example:80", "h.example:443", "H.example", "i.example"])
sites_of = st.builds("{}://{}{}".format, st.sampled_from(["http", "https"]), hosts, paths)


@given(st.lists(sites_of, min_size=1, max_size=4), sites_of, st.sampled_from(["", "x/", "a/x"]))
def test_whoever_follows_the_rules_comes_to_rest_and_no_page_is_sent_to_itself(
    old_sites: list[str], site: str, name: str
) -> None:
    found = by_host([one for one in old_sites if one != site], site)
    for form, led in FORMS.items():
        texts = {host: rule_files(sites, site)[form].decode() for host, sites in found.items()}
        for start in (*old_sites, site):
            address: str | None = start + name
            met: set[str] = set()
            while address is not None:
                parts = urlsplit(address)
                own = {"http": ":80", "https": ":443"}[parts.scheme]
                server = parts.netloc.lower().removesuffix(own).replace(":", "-")
                assert address not in met
                assert len(met) < 10
                met.add(address)
                # One server block serves both schemes, so the rules have to tell them apart.
                address = led(texts.get(server, ""), address)
                assert "//" not in (address or "").partition("://")[2]


def test_where_only_the_scheme_is_another_only_that_scheme_is_led() -> None:
    files = rule_files([C.replace("https", "http")], C)
    assert led_by_nginx(files[NGINX].decode(), "http://a.example/x") == C + "x"
    assert led_by_nginx(files[NGINX].decode(), C + "x") is None
    assert files[RULES].decode().splitlines()[1:] == [
        "# No rule for http://a.example/: let the host itself lead from http."
    ]


@pytest.mark.parametrize("site", [C, "https://A.example/", "https://a.example:443/"])
def test_one_address_spelt_in_two_ways_has_no_rule(site: str) -> None:
    assert by_host([C], site) == {}


@pytest.mark.skipif(shutil.which("nginx") is None, reason="needs nginx")
@pytest.mark.parametrize(
    ("old", "new", "leads"),
    [
        ("https:/", "http:/", {"/x": 200, "/": 200}),
        ("http:/", "http:/a/", {"/x": "/a/x", "/a/x": 200, "/a/": 200, "/": "/a/"}),
        ("http:/a/", "http:/", {"/a/x": "/x", "/x": 200, "/a": "/", "/a/": "/"}),
        ("http:/a/b/", "http:/a/", {"/a/b/x": "/a/x", "/a/b": "/a/", "/a/x": 200}),
    ],
)
def test_nginx_follows_the_rules_as_they_are_meant(
    tmp_path: Path, old: str, new: str, leads: dict[str, int | str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    old, new = (one.replace(":/", f"://127.0.0.1:{port}/", 1) for one in (old, new))
    ((_, sites),) = by_host([old], new).items()
    (tmp_path / "rules").write_bytes(rule_files(sites, new)[NGINX])
    (tmp_path / "nginx.conf").write_text(
        f"user root; daemon off; pid {tmp_path}/pid; error_log stderr; events {{}} http {{"
        f" access_log off; server {{ listen 127.0.0.1:{port}; include {tmp_path}/rules;"
        " location / { return 200; } } }"
    )
    command = ["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        found = {path: _answer(port, path) for path in leads}
    finally:
        process.terminate()
        process.wait(timeout=20)
    origin = f"http://127.0.0.1:{port}"
    assert found == {path: origin + to if isinstance(to, str) else to for path, to in leads.items()}


def _answer(port: int, path: str) -> int | str:
    """The status, or where it leads permanently."""
    deadline = time.monotonic() + 20
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.headers["Location"] if answer.status == 301 else answer.status
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
        finally:
            connection.close()


def test_each_old_host_has_its_own_and_the_longest_path_comes_first() -> None:
    assert by_host([C, B, A, "http://localhost:8000/"], "https://c.example/") == {
        "a.example": [A, C],
        "b.example": [B],
        "localhost-8000": ["http://localhost:8000/"],
    }


def test_the_plain_list_has_a_line_an_address_and_none_that_leads_in_a_circle() -> None:
    names = ["index.html", "news/x.html", "latest/index.html"]
    assert b"".join(plain_lines([C], A, names)).decode().splitlines() == [
        "https://a.example/ https://a.example/news/",
        "https://a.example/index.html https://a.example/news/index.html",
        "https://a.example/latest/ https://a.example/news/latest/",
        "https://a.example/latest/index.html https://a.example/news/latest/index.html",
    ]
