"""The editor's note: Markdown as paragraphs of plain, strong and linked words. Pure.

The editor's HTML is never passed on: templates write the few elements that a note may have, and
what looks like markup is shown as it was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Self

from msnewsletter.render.xml_text import legal

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words that look the same; `url` is where they lead, or empty."""

    text: str
    url: str = ""
    strong: bool = False
    emphasis: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph; `mark` is what precedes it in a list, e.g. `• `."""

    runs: tuple[Run, ...]
    mark: str = ""

    @property
    def text(self) -> str:
        """All of its words."""
        return "".join(run.text for run in self.runs)

    @classmethod
    def plain(cls, text: str) -> Self:
        """One of plain words."""
        return cls(runs=(Run(text=text),))


def paragraphs_of(note: str | None) -> tuple[Paragraph, ...]:
    """The note's paragraphs, in order; headings are strong ones, pictures only their words."""
    if not note:
        return ()
    found, mark, numbers, strong = [], "", [], False
    for token in _markdown().parse(legal(note)):
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1) if "ordered" in token.type else 0)
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
            case "list_item_open":
                mark = f"{numbers[-1]}. " if numbers[-1] else "• "
                numbers[-1] += bool(numbers[-1])
            case "heading_open" | "heading_close":
                strong = token.type == "heading_open"
            case "inline" | "fence" | "code_block":
                runs = _runs(token.children or [token], strong=strong)
                if runs:
                    found.append(Paragraph(runs=runs, mark=mark))
                mark = ""
    return tuple(found)


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415  (slow import; most issues have no note)

    # A picture would be a remote load.
    return MarkdownIt("commonmark", {"html": False}).disable("image")


def _runs(tokens: list[Token], *, strong: bool) -> tuple[Run, ...]:
    runs: list[Run] = []
    bold, slanted, url = int(strong), 0, ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                slanted += token.nesting
            case "link_open":
                url = str(token.attrGet("href") or "")
                # Its words are one link, however they are emphasised.
                runs.append(Run(text="", url=url))
            case "link_close":
                url = ""
            case _:
                text = " " if token.type.endswith("break") else token.content
                if url:
                    runs[-1] = Run(text=runs[-1].text + text, url=url)
                else:
                    runs.append(Run(text=text, strong=bold > 0, emphasis=slanted > 0))
    return tuple(run for run in runs if run.text)
