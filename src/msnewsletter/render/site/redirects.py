"""What sends visitors of a former address of the site to the present one. Pure.

For the server of the old host, in three forms. The paths below the site stay the same, so a rule
for each former site is enough; the plain list names every address. Permanent redirects are status
301 (RFC 9110, section 15.4.2).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from msnewsletter import urls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NGINX, RULES, PLAIN = "nginx.conf", "_redirects", "redirects.txt"


def by_host(old_sites: Iterable[str]) -> dict[str, list[str]]:
    """The former sites of each old host, the longest path first: the first rule that fits counts.

    A host's name is a folder's: its port follows a hyphen.
    """
    found: dict[str, list[str]] = {}
    for site in old_sites:
        found.setdefault(_host(site), []).append(site)
    return {host: sorted(sites, key=len, reverse=True) for host, sites in found.items()}


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
    for old in old_sites:
        ours = _below(old, site)
        but = f"(?!{re.escape(ours)})" if ours else ""
        path = re.escape(urlsplit(old).path)
        target = site.replace("$", "%24").replace('"', "%22")
        lines.append(f'rewrite "^{path}{but}(.*)$" "{target}$1" permanent;')
    return _text(lines)


def _rules(old_sites: Sequence[str], site: str) -> bytes:
    """Netlify's and Cloudflare's form: the first rule that fits counts."""
    lines = ["# For the root folder of the old host, at Netlify or Cloudflare Pages."]
    for old in old_sites:
        path = urlsplit(old).path
        if ours := _below(old, site):
            # What lies at the new address is served as it is, and not sent on again.
            lines.append(f"{path}{ours}* {path}{ours}:splat 200")
        lines.append(f"{path}* {site}:splat 301")
    return _text(lines)


def _below(old: str, site: str) -> str:
    """The path from a former site to the present one where it lies below, or an empty text."""
    at, now = urlsplit(old), urlsplit(site)
    return now.path.removeprefix(at.path) if _host(old) == _host(site) else ""


def _within(old: str, site: str, path: str) -> bool:
    """Whether an old address is one of the present site."""
    ours = _below(old, site)
    return bool(ours) and path.startswith(ours)


def _host(site: str) -> str:
    return urlsplit(site).netloc.rpartition("@")[2].lower().replace(":", "-")


def _text(lines: Iterable[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
