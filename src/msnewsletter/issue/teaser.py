"""Makes the short text of a summary. Pure; never looks beyond the text it is given."""

from __future__ import annotations

from dataclasses import replace
from itertools import dropwhile
from typing import TYPE_CHECKING

from msnewsletter.issue.remembered_texts import remembered_by_text
from msnewsletter.text_blocks import Block, blocks_of
from msnewsletter.text_cut import ELLIPSIS, shorten
from msnewsletter.text_sentences import sentences_in, whole_sentences

if TYPE_CHECKING:
    from msnewsletter.model import Summary

# Characters; a longer headline is cut in the mail, and its page has all of it.
HEADLINE_LIMIT = 300
# Sentences of a teaser; the limit of characters mostly ends it earlier.
_MOST = 3
_MARKS = ".!?…:。।۔"
_ENDS = " " + _MARKS


@remembered_by_text
def teaser_of(summary: Summary, *, limit: int) -> str:
    """The summary's own teaser, or whole sentences of what was found: one line within `limit`.

    It does not say the headline again, which readers have just read. A first
    sentence longer than `limit` characters is cut. Empty where the summary says nothing else.
    """
    own = summary.teaser or ""
    if own and not repeats_title(own, summary):
        return shorten(own, limit=limit)
    for text in (summary.found, summary.why_it_matters):
        if news := news_in(text, summary):
            said = " ".join(news[0].texts)
            return shorten(whole_sentences(said, most=_MOST, limit=limit), limit=limit)
    return ""


def sound_of(text: str) -> str:
    """What a text is compared by: two that sound alike say the same.

    Runs of spaces, capitals and what ends its last sentence make no difference.
    """
    return " ".join(text.split()).casefold().rstrip(_ENDS)


def repeats_title(text: str, summary: Summary) -> bool:
    """Whether a short text says the headline or the title again, or begins with the headline.

    A text that was cut repeats a headline that begins so.
    """
    sound, headline = sound_of(text), sound_of(summary.headline)
    if says_title(text, summary):
        return True
    if text.rstrip().endswith(ELLIPSIS):
        return headline.startswith(sound)
    # A whole sentence, and more behind it: `Sleep` does not begin `Sleep duration was longer`.
    return bool(headline) and sound.startswith(tuple(headline + mark for mark in _MARKS))


def says_title(text: str, summary: Summary) -> bool:
    """Whether a text is the headline or the title, and says no more."""
    titles = {sound_of(title) for title in (summary.headline, summary.title or "")}
    return sound_of(text) in titles - {""}


def news_in(text: str, summary: Summary) -> tuple[Block, ...]:
    """The blocks of a text from the first sentence on that is not the headline again.

    Only a sentence that says no more is left out: `Sleep helps, but only some` stays.
    """
    blocks = blocks_of(text)
    for index, block in enumerate(blocks):
        if rest := _without_title(block, summary):
            return (rest, *blocks[index + 1 :])
    return ()


def _without_title(block: Block, summary: Summary) -> Block | None:
    """The block without what repeats the headline at its beginning; None: nothing is left."""
    points = block.items or tuple(sentences_in(block.text))
    left = tuple(dropwhile(lambda point: says_title(point, summary), points))
    if not left or len(left) == len(points):
        return block if left else None
    if block.items:
        return replace(block, items=left)
    return Block(text=block.text[block.text.index(left[0], len(points[0])) :])
