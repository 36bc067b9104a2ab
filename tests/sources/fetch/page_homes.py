"""Homes whose one source is a site's pages, and what one look at it brought."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from homes import AT, empty_home, name_sources
from msnewsletter.publisher.fetch import fetch
from msnewsletter.publisher.source_memory import SourceHealth, read_health

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.source_look import LookResult
    from sources.fetch.web_server import WebServer

SITEMAP = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


def study(about: object, head: str = "", cautions: str = "It was small.") -> str:
    """A page with a summary."""
    return (
        f"<!doctype html><head>{head}<title>T</title></head><body><main><h1>Study {about}.</h1>"
        f"<h2>What was found</h2><p>Finding {about}.</p><h2>Why it matters</h2><p>Reason {about}."
        f"</p><h2>Cautions</h2><p>{cautions}</p></main></body>"
    )


def sitemap(server: WebServer, path: str, pages: Iterable[tuple[str, str]], **headers: str) -> str:
    """Put a sitemap of paths and their lastmods at a path; its address."""
    urls = "".join(
        f"<url><loc>{server.url(page)}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>"
        for page, date in pages
    )
    return server.put(path, SITEMAP.format(urls), **headers)


def page_home(root: Path, **settings: object) -> Home:
    """A home with one source of pages; keywords are its settings."""
    home = empty_home(root)
    given = {"private": True, "pause": 0, **settings}
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in given.items())
    name_sources(home, f'name = "site"\nkind = "page"\n{lines}')
    return home


def look(home: Home, at: datetime = AT, *, forced: bool = True) -> LookResult:
    """Look at the source once."""
    (found,) = fetch(home, now=lambda: at, forced=forced)
    return found


def items(home: Home) -> dict[str, dict[str, object]]:
    """What is kept of each summary, by its key."""
    files = sorted((home.fetched / "site" / "items").glob("*.json"))
    found = [json.loads(file.read_bytes()) for file in files]
    return {one["key"]: one for one in found}


def came(home: Home) -> list[str]:
    """The headlines of what was read well."""
    kept = (one for one in items(home).values() if not one.get("problem"))
    return sorted(str(one["fields"]["headline"]) for one in kept)  # type: ignore[index]


def health(home: Home) -> SourceHealth:
    found = read_health(home, "site")
    assert found
    return found
