"""The accessibility tree that Chromium makes of HTML: what screen readers are really given.

Where Playwright and a Chromium are installed; in a process of its own, for some seconds at most.
The tree is that of the DevTools protocol (Accessibility.getFullAXTree); languages and blocks are
the document's (DOM.getDocument), because the tree has none.
"""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.child_environment import child_environment
from msnewsletter.sources.fetch.child_process import Ending, run
from msnewsletter.web.desk.aloud.markup_nodes import BLOCKS
from msnewsletter.web.desk.aloud.spoken import ROLES, TEXT, AloudNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECONDS: Final = 8.0  # two to three are usual
_LIMIT: Final = 64 * 1024 * 1024  # bytes of JSON; some hundred times the mail of eight entries
_PROGRAMS: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_CHILD: Final = Path(__file__).with_name("chromium_child.py")
_ROLES: Final = {"StaticText": TEXT, "RootWebArea": "document", "img": "image"}
_ELEMENT: Final = 1  # DOM: Node.ELEMENT_NODE
# Nodes below a text: its boxes on the screen. And the signs before list items, which readers set.
_PASSED_OVER: Final = frozenset({"InlineTextBox", "ListMarker"})


class NoChromiumError(Exception):
    """There is no tree; says why, as the end of a sentence."""


def chromium_nodes(data: bytes, *, seconds: float = SECONDS) -> AloudNode:
    """The tree of a document, UTF-8; raises NoChromiumError."""
    if find_spec("playwright") is None:
        raise NoChromiumError("Playwright is not installed")
    program = next(filter(None, map(shutil.which, _PROGRAMS)), "")
    with TemporaryDirectory(prefix="msnewsletter-aloud-") as folder:
        file = Path(folder, "document.html")
        file.write_bytes(data)
        words = [sys.executable, "-I", str(_CHILD), str(file), program]
        try:
            done = run(
                words,
                folder=Path(folder),
                environment=child_environment((), {}),
                timeout=seconds,
                limit=_LIMIT,
            )
        except OSError as error:
            raise NoChromiumError(f"it cannot be started ({error.strerror})") from None
    if done.ending is Ending.TOO_SLOW:
        raise NoChromiumError(f"Chromium took more than {seconds:g} seconds")
    if done.ending is not Ending.ITSELF or done.code:
        raise NoChromiumError("Chromium cannot be started, or ended too early")
    try:
        return nodes_of(json.loads(done.printed))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise NoChromiumError("this Chromium says it in a form that is not known") from None


def nodes_of(printed: Mapping[str, Any]) -> AloudNode:
    """The tree in what `chromium_child.py` prints."""
    places: dict[int, _NodePlace] = {}
    _note_places(printed["document"]["root"], _NodePlace(), places)
    nodes = {node["nodeId"]: node for node in printed["tree"]["nodes"]}
    walk = _TreeWalk(nodes=nodes, places=places)
    [document] = walk.of(printed["tree"]["nodes"][0], _NodePlace())
    return document


@dataclass(frozen=True, slots=True)
class _NodePlace:
    """Where a node of the document is: its block, its language, its label."""

    block: int = 0
    language: str = ""
    label: bool = False


def _note_places(
    node: Mapping[str, Any], around: _NodePlace, places: dict[int, _NodePlace]
) -> None:
    here = _NodePlace(around.block, around.language)
    if node["nodeType"] == _ELEMENT:
        said = node.get("attributes", ())
        attributes = dict(zip(said[::2], said[1::2], strict=True))
        block = node["backendNodeId"] if node["localName"] in BLOCKS else around.block
        labelled = "aria-label" in attributes or "aria-labelledby" in attributes
        here = _NodePlace(block, attributes.get("lang", around.language), labelled)
    places[node["backendNodeId"]] = here
    for inner in node.get("children", ()):
        _note_places(inner, here, places)


@dataclass(slots=True)
class _TreeWalk:
    nodes: Mapping[str, Mapping[str, Any]]
    places: Mapping[int, _NodePlace] = field(repr=False)

    def of(self, node: Mapping[str, Any], around: _NodePlace) -> Iterator[AloudNode]:
        """A node; of one that is not spoken itself, those in it."""
        said = node.get("role", {}).get("value", "")
        if said in _PASSED_OVER:
            return
        here = self.places.get(node.get("backendDOMNodeId", 0), around)
        role = _ROLES.get(said, said)
        inside = [self.nodes[one] for one in node.get("childIds", ()) if one in self.nodes]
        if node["ignored"] or role not in ROLES:
            for one in inside:
                yield from self.of(one, here)
            return
        name = node.get("name", {}).get("value", "")
        named = role in {"document", "image"} or (here.label and role != TEXT)
        yield AloudNode(
            role=role,
            name=name if named else "",
            text=name if role == TEXT else "",
            place=here.block,
            language=here.language,
            level=_level(node),
            nodes=() if role == TEXT else tuple(one for i in inside for one in self.of(i, here)),
        )


def _level(node: Mapping[str, Any]) -> int:
    said = {one["name"]: one["value"].get("value", 0) for one in node.get("properties", ())}
    return int(said.get("level", 0))
