"""Makes the short text of a summary. Pure; never looks beyond the text it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.text_blocks import blocks_of
from msnewsletter.text_cut import ELLIPSIS, shorten
from msnewsletter.text_sentences import one_line, sentences_in, whole_sentences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Summary

# Characters; a longer headline is cut in the mail, and its page has all of it.
HEADLINE_LIMIT = 300
# Sentences of a teaser; the limit of characters mostly ends it earlier.
_MOST = 3
_ENDS = " .!?…"


def teaser_of(summary: Summary, *, limit: int) -> str:
    """The summary's own teaser, or whole sentences of what was found: one line within `limit`.

    It never begins as the headline or the title does: readers have just read that. A first
    sentence longer than `limit` characters is cut. Empty where the summary says nothing else.
    """
    own = summary.teaser or ""
    if own and not repeats_title(own, summary):
        return shorten(own, limit=limit)
    news = _news(summary)
    return shorten(whole_sentences(news, most=_MOST, limit=limit), limit=limit)


def repeats_title(text: str, summary: Summary) -> bool:
    """Whether a text begins as the headline or the title does, or is a beginning of one."""
    sound = _sound(text)
    titles = [_sound(title) for title in (summary.headline, summary.title or "")]
    return any(title and (sound.startswith(title) or title.startswith(sound)) for title in titles)


def _news(summary: Summary) -> str:
    """What was found, and why it matters, from the first sentence on that is not the headline."""
    for text in (summary.found, summary.why_it_matters):
        for block in blocks_of(text):
            sentences = list(_sentences(block.texts))
            while sentences and repeats_title(sentences[0], summary):
                del sentences[0]
            if sentences:
                return " ".join(sentences)
    return ""


def _sentences(texts: tuple[str, ...]) -> Iterator[str]:
    for text in texts:
        yield from sentences_in(text)


def _sound(text: str) -> str:
    return one_line(text).casefold().removesuffix(ELLIPSIS).rstrip(_ENDS)
