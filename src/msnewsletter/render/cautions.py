"""What mail, cards and feeds say of a summary's cautions. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_cut import shorten
from msnewsletter.text_sentences import one_line, sentences_in, whole_sentences

if TYPE_CHECKING:
    from msnewsletter.model import Summary

LIMIT = 200  # characters: three or four lines on a phone
_CUT = 2 * LIMIT  # of what cannot be parted
_MOST = 20  # sentences


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """The caution of an entry in short.

    Attributes:
        text: one line; empty where a list says it all.
        items: the first points of a list, each on one line.
        more: whether the whole summary has more cautions.
    """

    text: str = ""
    items: tuple[str, ...] = ()
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
    if not blocks or not any(blocks[0].texts):
        return NO_CAUTION
    first, others = blocks[0], blocks[1:]
    if first.items:
        return _listed("", first.items, limit, more=bool(others))
    text = shorten(whole_sentences(first.text, most=_MOST, limit=limit), limit=_CUT)
    if text.endswith((":", "：")) and others and others[0].items:
        return _listed(text, others[0].items, limit, more=len(others) > 1)
    return Caution(text=text, more=len(text) < len(first.text) or bool(others))


def _listed(text: str, items: tuple[str, ...], limit: int, *, more: bool) -> Caution:
    shown: list[str] = []
    length = len(text)
    for item in items:
        length += len(item)
        if shown and length > limit:
            break
        shown.append(shorten(item, limit=_CUT))
    return Caution(text=text, items=tuple(shown), more=more or len(shown) < len(items))


def _says_more(cautions: str, caution: str) -> bool:
    """Whether the cautions hold a sentence that the editor's choice of them does not."""
    chosen = one_line(caution).casefold()
    sentences = (
        sentence
        for block in blocks_of(cautions)
        for text in block.texts
        for sentence in sentences_in(text)
    )
    return any(sentence.casefold() not in chosen for sentence in sentences)
