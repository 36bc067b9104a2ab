"""Summaries of studies from a calendar in JSON: the entries that are marked as summaries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from msnewsletter.api import SourceRequest


def look(request: SourceRequest) -> Iterator[dict[str, object]]:
    """Each summary as an object with the fields of a summary; `key` says which it is."""
    for event in json.loads(_text(request))["events"]:
        if event.get("kind") == "summary":
            yield {
                "key": event["uid"],
                "headline": event["title"],
                "published": event["day"],
                "found": event["found"],
                "why_it_matters": event["why"],
                "cautions": event["limits"],
            }


def _text(request: SourceRequest) -> str:
    """The calendar: an address of the web, or a file of the home."""
    place = request.options["calendar"]
    if place.startswith("https://"):
        return request.get(place).decode()
    return Path(request.home, place).read_text(encoding="utf-8")
