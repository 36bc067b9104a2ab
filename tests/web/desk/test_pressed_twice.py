"""A button that is pressed twice saves once, and says so twice: nobody else has changed a thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import empty_home, tree, write_summary
from msnewsletter.publisher.publish import publish
from web.desk.conftest import NOW, SLOT
from web.desk.desk_client import DeskClient

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "action", "typed"),
    [
        ("/summary?key=walks", "/summary", {"journal": "Brain", "next": "save"}),
        ("/summary?key=walks&place=summaries/walks.md&as=text", "/summary", {"next": "save"}),
        ("/", "/note", {"note": "Two  lines.\n\nOf words.\n", "subject": " A quiet week"}),
        ("/next", "/next", {"text": "---\nissue: 2\n---\nHello.\n"}),
        ("/summary/new", "/summary/new", {"headline": "A", "found": "B", "cautions": "C"}),
        (
            "/corrections/new?key=walks&as=corrected",
            "/corrections/new",
            {"note": "We erred.", "save": "save"},
        ),
    ],
)
def test_the_second_press_finds_it_saved(
    tmp_path: Path, path: str, action: str, typed: dict[str, str]
) -> None:
    home = empty_home(tmp_path / "home")
    write_summary(home, "walks")
    publish(home, at=NOW)
    write_summary(home, "runs")
    desk = DeskClient(home, SLOT)
    form = desk.get(path).fields(action)
    if "text" in form and "text" not in typed:
        typed = typed | {"text": form["text"].replace("It may help.", "It may not help.")}
    if action == "/summary/new":
        typed = typed | {"why_it_matters": "D"}
    first = desk.post(action, form | typed)
    saved = tree(home.root / "summaries", home.records)
    second = desk.post(action, form | typed)
    assert (first.status, second.status) == (200, 200)
    assert second.tree.xpath("//*[@role='status']")[0].text_content() == (
        first.tree.xpath("//*[@role='status']")[0].text_content()
    )
    assert tree(home.root / "summaries", home.records) == saved
