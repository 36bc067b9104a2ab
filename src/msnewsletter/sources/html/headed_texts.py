"""The blocks of a text → the sections of a summary, by the headings of sources/markdown.py. Pure.

A heading is an element of HTML, a paragraph that is all bold, or the bold words with which a
paragraph begins. What stands under another heading is nobody's section, unless that heading is one
within a section.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msnewsletter.sources.html.html_blocks import HtmlBlock, is_bold, text_of
from msnewsletter.sources.section_headings import field_of_heading, leads_to_paper

if TYPE_CHECKING:
    from collections.abc import Iterable

# Cards of other summaries are no text.
_NO_TEXT = "related"
_DEEPEST = 7  # a bold line is a heading below all that elements make


@dataclass(slots=True, kw_only=True)
class HeadedTexts:
    """What a text holds.

    Attributes:
        sections: a field of a summary: the blocks under its headings.
        titles: the same fields: the heading as it is written.
        before: what stands before the first section.
        unread: headings whose text is in no section.
    """

    sections: dict[str, list[HtmlBlock]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    before: list[HtmlBlock] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """The text of a section."""
        return text_of(self.sections[name])


def headed_texts(blocks: Iterable[HtmlBlock]) -> HeadedTexts:
    """The sections of a text, and what is in none."""
    found = HeadedTexts()
    current, level = found.before, _DEEPEST
    for block in blocks:
        title, rest = _title(block)
        name = field_of_heading(title) if title else None
        if name and name != _NO_TEXT:
            found.titles.setdefault(name, title)
            current = found.sections.setdefault(name, [])
            level = block.heading or _DEEPEST
            if rest:
                current.append(rest)
        elif (block.heading and block.heading <= level) or name == _NO_TEXT:
            # A heading of the same rank ends the section; what follows belongs to no section.
            level = block.heading or level
            if found.sections:
                found.unread.append(block.text)
                current = []
            else:
                current.append(block)
        else:
            current.append(replace(block, heading=0) if block.heading else block)
    for blocks_of in found.sections.values():
        while len(blocks_of) > 1 and _leads_away(blocks_of[-1]):
            blocks_of.pop()
    return found


def _leads_away(block: HtmlBlock) -> bool:
    """Whether a last paragraph says where the paper is, and nothing else."""
    all_link = any(link.words.strip() == block.text.strip(" .»›→>") for link in block.links)
    return not block.point and (all_link or leads_to_paper(block.text))


def _title(block: HtmlBlock) -> tuple[str, HtmlBlock | None]:
    """The words that may be a heading, and what follows them in the same paragraph."""
    if block.heading or is_bold(block):
        return block.text, None
    first, _, more = block.text.partition("\n")
    if more and not block.point and field_of_heading(first):
        return first, HtmlBlock(text=more.strip(), links=block.links)
    if block.bold and field_of_heading(block.bold):
        rest = block.text[len(block.bold) :].lstrip(" \n:：")
        return block.bold, HtmlBlock(text=rest, links=block.links) if rest else None
    if not block.point and field_of_heading(block.text):
        return block.text, None
    return "", None
