"""The examples of the reference for JSON endpoints and programs: they run as they are shown."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

from msnewsletter.source_settings import CommandSource, JsonSource
from msnewsletter.sources.fetch import command_source
from msnewsletter.sources.fetch.client import Fetcher, FetchLimits
from msnewsletter.sources.fetch.finds import Read
from msnewsletter.sources.fetch.known_source import KnownSource
from sources.fetch.endpoint_server import AT, Reply, looked, serving

if TYPE_CHECKING:
    from pathlib import Path

ENTRY = {
    "id": 42,
    "title": "A small study looked at the gut.",
    "body": {"found": "<p>One.</p><p>Two.</p>", "why": "It may help."},
    "limits": ["It was small.", "It was short."],
    "date": "2026-11-20",
    "study": {"pubmed": 38012345},
    "topics": [{"name": "gut"}, {"name": "diet"}],
}


def shown(root: Path, language: str, word: str) -> str:
    """The example of the reference, in one language, that holds a word."""
    text = (root / "docs" / "reference" / "reading.md").read_text()
    [found] = [
        one
        for one in re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        if word in one
    ]
    return found


def settings(text: str) -> dict[str, Any]:
    [section] = tomllib.loads(text)["sources"]
    return section


def test_the_map_of_the_reference_reads_a_content_system(root: Path) -> None:
    given = settings(shown(root, "toml", 'kind = "json"'))
    with serving(lambda _: Reply({"data": [ENTRY]})) as server:
        url = given["url"].replace("https://cms.example.org", server.base)
        source = JsonSource.model_validate(given | {"url": url, "private": True, "pause": 0})
        [read, _] = looked(source)
        assert server.asked[0].path == "/api/summaries"
    assert isinstance(read, Read)
    assert read.identities == ("42",)
    assert read.problem is None
    assert read.fields == {
        "headline": "A small study looked at the gut.",
        "found": "One.\n\nTwo.",
        "why_it_matters": "It may help.",
        "cautions": "It was small.\n\nIt was short.",
        "published": "2026-11-20",
        "pmid": "38012345",
        "tags": ("gut", "diet"),
    }


def test_the_program_of_the_reference_is_read(root: Path, tmp_path: Path) -> None:
    (tmp_path / "export.py").write_text(shown(root, "python", "gut-2026"))
    source = CommandSource.model_validate(settings(shown(root, "toml", 'kind = "command"')))
    known = KnownSource(at=AT)
    with Fetcher(agent="test", limits=FetchLimits(), now=lambda: AT) as fetcher:
        [read] = command_source.look(source, fetcher=fetcher, known=known, root=tmp_path)
    assert isinstance(read, Read)
    assert (read.identities, read.problem) == (("gut-2026",), None)
