"""A page that is at another address, to which nothing leads: nobody gets its text twice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from homes import AT
from msnewsletter.publisher.collect import collect_now
from msnewsletter.publisher.publish import publish
from msnewsletter.publisher.results import NothingNew, Released
from sources.fetch.page_homes import look, page_home, sitemap
from sources.fetch.web_server import serving

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home

DAY = timedelta(days=1)
SENT = {
    "h1": "Walking and sleep go together in people with MS.",
    "What was found": "Researchers followed forty people for two years, and wrote down how each of "
    "them slept and how far they walked in a week.",
    "Why it matters": "Sleep matters to many people, and walking is free for most of them.",
    "Cautions": "The study was small, and nobody knows which of the two comes first.",
}
CORRECTED = {
    "h1": "Steps and rest were counted in a group of patients.",
    "What was found": "A small device on the wrist counted every step of ninety patients during "
    "six months; their rest was only asked about, at the end.",
    "Why it matters": "Asking at the end tells little, so nothing should be changed because of it.",
    "Cautions": "It had no control group, and a third of those who began left early.",
}


def page(texts: dict[str, str]) -> str:
    sections = "".join(
        f"<h2>{title}</h2><p>{text}</p>" for title, text in texts.items() if title != "h1"
    )
    date = '<meta property="article:published_time" content="2026-11-20">'
    return (
        f"<!doctype html><head><title>T</title>{date}</head><body><main><h1>{texts['h1']}</h1>"
        f"{sections}</main></body>"
    )


def correct(home: Home, key: str) -> None:
    """Write the corrected text into a file of its own, as the desk does."""
    sections = "".join(
        f"\n## {title}\n\n{text}\n" for title, text in CORRECTED.items() if title != "h1"
    )
    (home.root / "summaries" / "mine.md").write_text(
        f"---\nkey: {key}\npublished: 2026-11-20\nstatus: corrected\n"
        f"note: We had mixed up two studies.\n---\n# {CORRECTED['h1']}\n{sections}"
    )


@pytest.mark.parametrize(
    ("now_says", "reason"),
    [
        (SENT, "it says word for word what was sent as"),
        (CORRECTED, "it says nearly what was sent as"),
    ],
    ids=["as sent", "as corrected"],
)
def test_the_text_of_a_page_that_moved_waits_whether_it_is_as_sent_or_as_corrected(
    tmp_path: Path, now_says: dict[str, str], reason: str
) -> None:
    with serving() as server:
        server.put("/old", page(SENT))
        home = page_home(tmp_path, sitemap=sitemap(server, "/sitemap.xml", [("/old", "")]))
        look(home, AT)
        assert isinstance(publish(home, at=AT), Released)
        (file,) = collect_now(home, at=AT + timedelta(minutes=1)).files.values()
        correct(home, file.name)
        assert isinstance(publish(home, at=AT + DAY), Released)
        server.fail("/old", 404)
        server.put("/new", page(now_says))
        sitemap(server, "/sitemap.xml", [("/new", "")])
        assert look(home, AT + 3 * DAY).came == 1
    nothing = publish(home, at=AT + 3 * DAY)
    assert isinstance(nothing, NothingNew)
    (held,) = nothing.preview.draft.held
    assert reason in held.reason
