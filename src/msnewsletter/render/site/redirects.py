"""What sends visitors of a former address of the site to the present one. Pure.

For the server of the old host, in three forms. The paths below the site stay the same, so a rule
for each former site is enough; the plain list names every address. Permanent redirects are status
301 (RFC 9110, section 15.4.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msnewsletter import urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NGINX, RULES, PLAIN = "nginx.conf", "_redirects", "redirects.txt"
_PORTS = {"http": ":80", "https": ":443"}


def by_host(old_sites: Iterable[str], site: str) -> dict[str, list[str]]:
    """The former sites of each old host that lead to `site`, the longest path first.

    The first rule that fits counts. A host's name is a folder's: its port follows a hyphen.
    """
    found: dict[str, list[str]] = {}
    for old in old_sites:
        if _leads(old, site):
            found.setdefault(_host(old), []).append(old)
    return {
        host: sorted(sites, key=lambda one: len(urlsplit(one).path), reverse=True)
        for host, sites in found.items()
    }


def rule_files(old_sites: Sequence[str], site: str) -> Mapping[str, bytes]:
    """The files with a rule for each former site of one host, by name."""
    return {NGINX: _nginx(old_sites, site), RULES: _rules(old_sites, site)}


def plain_lines(old_sites: Sequence[str], site: str, names: Iterable[str]) -> Iterator[bytes]:
    """A line an address: the old one, a space, the new one; `names`: files below the site."""
    for name in names:
        # A folder's page has the folder's address too.
        paths = (name.removesuffix(urls.HOME), name) if name.endswith(urls.HOME) else (name,)
        for path in paths:
            for old in old_sites:
                if not _within(old, site, path):
                    yield f"{old}{path} {site}{path}\n".encode()


def _nginx(old_sites: Sequence[str], site: str) -> bytes:
    lines = ["# For the server block of the old host: include this file."]
    target = site.replace("$", "%24").replace('"', "%22")
    for old in old_sites:
        way = _way(old, site)
        ours = re.escape(way.ours.removesuffix("/"))
        but = f"(?!{ours}(?:/|$))" if ours else ""
        path = re.escape(way.path.removesuffix("/"))
        # The old folder's address without its slash leads to the present home page too.
        pattern = f"^{path}(?:/{but}(.*))?$" if path else f"^/{but}(.*)$"
        rule = f'rewrite "{pattern}" "{target}$1" permanent;'
        if way.is_same_path:
            # One server block may serve both.
            rule = f"if ($scheme = {way.scheme}) {{ {rule} }}"
        lines.append(rule)
    return _text(dict.fromkeys(lines))


def _rules(old_sites: Sequence[str], site: str) -> bytes:
    """Netlify's and Cloudflare's form: the first rule that fits counts."""
    lines = ["# For the root folder of the old host, at Netlify or Cloudflare Pages."]
    for old in old_sites:
        way = _way(old, site)
        path = way.path
        if way.is_same_path:
            # These rules know no scheme: one would send each page to itself.
            lines.append(f"# No rule for {old}: let the host itself lead from {way.scheme}.")
            continue
        if ours := way.ours:
            # What lies at the new address is served as it is, and not sent on again.
            lines.append(f"{path}{ours.removesuffix('/')} {path}{ours} 200")
            lines.append(f"{path}{ours}* {path}{ours}:splat 200")
        if folder := path.removesuffix("/"):
            lines.append(f"{folder} {site} 301")
        lines.append(f"{path}* {site}:splat 301")
    return _text(dict.fromkeys(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a former site lies to the present one.

    Attributes:
        scheme: the former site's.
        path: the former site's, ending with a slash.
        ours: the path from there to the present site, where that lies below on the same host.
        is_same_path: whether both have one host and path: only the scheme differs.
    """

    scheme: str
    path: str
    ours: str
    is_same_path: bool


def _way(old: str, site: str) -> _Way:
    at, now = urlsplit(old), urlsplit(site)
    is_below = _host(old) == _host(site) and now.path.startswith(at.path)
    ours = now.path.removeprefix(at.path) if is_below else ""
    return _Way(scheme=at.scheme, path=at.path, ours=ours, is_same_path=is_below and not ours)


def _leads(old: str, site: str) -> bool:
    """Whether a former site is another than the present one, and not the same spelt otherwise."""
    return not (_way(old, site).is_same_path and urlsplit(old).scheme == urlsplit(site).scheme)


def _within(old: str, site: str, path: str) -> bool:
    """Whether an old address is one of the present site."""
    ours = _way(old, site).ours
    return bool(ours) and path.startswith(ours)


def _host(site: str) -> str:
    """The host that serves a site, with its port unless it is the scheme's own."""
    parts = urlsplit(site)
    name = parts.netloc.rpartition("@")[2].lower()
    return name.removesuffix(_PORTS.get(parts.scheme, "")).replace(":", "-")


def _text(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
