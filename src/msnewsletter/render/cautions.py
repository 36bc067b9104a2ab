"""What mail, cards and feeds say of a summary's cautions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.text_blocks import blocks_of, first_points
from msnewsletter.text_sentences import one_line, sentences_in, whole_sentences

if TYPE_CHECKING:
    from msnewsletter.model import Summary
    from msnewsletter.text_blocks import Block

LIMIT = 200  # characters: three or four lines on a phone
_CUT = 2 * LIMIT  # of what cannot be parted
_MOST = 20  # sentences
# After one of these, the next paragraph may follow on the same line.
_ENDS = tuple(".!?…:：。！？؟۔।")
_CLOSING = "\"'”’»)]」』）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """The caution of an entry in short.

    Attributes:
        text: one line; empty where a list says it all.
        items: the first points of a list, each on one line.
        start: the number of the first point; 0: the points have no numbers.
        more: whether the whole summary has more cautions.
    """

    text: str = ""
    items: tuple[str, ...] = ()
    start: int = 0
    more: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        """All of its words, in order."""
        return tuple(text for text in (self.text, *self.items) if text)

    def __bool__(self) -> bool:
        return bool(self.texts)


NO_CAUTION = Caution()


def caution_of(summary: Summary, *, limit: int = LIMIT) -> Caution:
    """The editor's `caution`; else whole first sentences, or points, of some `limit` characters.

    The first sentence is there whatever its length, cut at a word from 400 characters on.
    """
    if summary.caution:
        return Caution(
            text=one_line(summary.caution), more=_says_more(summary.cautions, summary.caution)
        )
    blocks = blocks_of(summary.cautions)
    lead = _lead(blocks)
    others = blocks[len(lead) :]
    if not lead:
        return _listed("", others[0], limit, more=len(others) > 1) if others else NO_CAUTION
    whole = " ".join(lead)
    text = whole_sentences(whole, most=_MOST, limit=limit)
    if text == whole and text.endswith((":", "：")) and others and others[0].items:
        return _listed(text, others[0], limit, more=len(others) > 1)
    return Caution(text=text, more=text != whole or bool(others))


def _lead(blocks: tuple[Block, ...]) -> list[str]:
    """The paragraphs before the first list, as far as they can be read on as one."""
    lead: list[str] = []
    for block in blocks:
        if block.items or (lead and not lead[-1].rstrip(_CLOSING).endswith(_ENDS)):
            break
        lead.append(block.text)
    return lead


def _listed(text: str, block: Block, limit: int, *, more: bool) -> Caution:
    points = first_points(block, limit=limit - len(text), longest=_CUT)
    return Caution(
        text=text,
        items=points.items,
        start=points.start,
        more=more or len(points.items) < len(block.items),
    )


def whole_cautions(summary: Summary) -> str:
    """The cautions, behind the editor's `caution` where that says something else."""
    if _says_more(summary.caution or "", summary.cautions):
        return f"{summary.caution}\n\n{summary.cautions}".strip()
    return summary.cautions


def _says_more(cautions: str, caution: str) -> bool:
    """Whether the first text holds a sentence that the second does not."""
    said = one_line(caution).casefold()
    sentences = (
        sentence
        for block in blocks_of(cautions)
        for text in block.texts
        for sentence in sentences_in(text)
    )
    return any(sentence.casefold() not in said for sentence in sentences)
