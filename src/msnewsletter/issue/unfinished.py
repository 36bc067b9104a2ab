"""Text that no editor would send: what merges, chatbots, copying and templates leave behind. Pure.

A residue is certain when no finished text can hold it: such a summary is held. Others could be
meant, and are pointed out: `TK` is thymidine kinase as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from msnewsletter.issue.residue_kinds import RESIDUE_KINDS
from msnewsletter.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from msnewsletter.model import Summary


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """Something left in a text.

    Attributes:
        what: a noun phrase for the editor, e.g. "a conflict marker".
        found: the text around it, in quotation marks.
        words: it itself, as it is in its line: there it can be looked for.
        remedy: what to do about it.
        certain: no finished text holds it.
    """

    what: str
    found: str
    words: str
    remedy: str
    certain: bool = True

    def __str__(self) -> str:
        return f"{self.what} is left: {self.found}"


# What a sentence may end with; brackets and quotation marks may follow it.
_ENDS = ".!?…。！？؟।:;"
_CUT = ("…", "...", "[…]", "[...]")  # the rest was left out
_CLOSING = "\"'”’»)]」』）*_"
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_VOWEL = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûü]", re.IGNORECASE)
# English words after which no sentence ends.
_OPEN_WORD = re.compile(
    r"an?|the|and|or|but|nor|of|to|in|on|at|by|for|with|from|into|than|that|which|who|whose|because|"
    r"although|while|if|when|as|is|are|was|were|be|been|has|have|had|not|very|its|their|his|her|"
    r"this|these|those|between|among|per|via",
    re.IGNORECASE,
)
# And those among them with which no headline ends: `How common it is`, `What a brace is for`.
_OPEN_HEADLINE = re.compile(
    r"an?|the|and|or|but|nor|because|although|than|their|its|his|her", re.IGNORECASE
)
# In small letters, no text begins with these.
_WITHIN = re.compile(
    r"(?:and|but|or|of|to|with|which|that|than|who|whose|because|is|are|was|were)\b"
)
# The first byte of a UTF-8 sequence and one that follows, each read as Windows-1252 or Latin-1.
_LEAD = re.compile(
    "[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]"
)
# What counts as letters and says nothing: HTML's codes for characters and for an empty line, and
# the Hangul fillers, which nobody sees.
_WORDLESS = re.compile(
    r"&(?:#?[0-9A-Za-z]{1,32});|</?(?:br|hr|p|div|span)\b[^<>]*>|[\u115f\u1160\u3164\uffa0]",
    re.IGNORECASE,
)
_FEW_WORDS = 3  # a phrase of so few may do without a full stop
_MANY_WORDS = 8  # and of more than so many hardly


def texts_of(summary: Summary) -> tuple[str, ...]:
    """All texts of a summary that readers see, the headline first."""
    return (*prose_of(summary), *facts_of(summary))


def prose_of(summary: Summary) -> tuple[str, ...]:
    """Those of its texts that hold sentences, the headline first: no facts, no names."""
    maybe = (summary.title, *summary.key_messages, summary.caution, summary.teaser)
    return (summary.headline, *sections_of(summary), *(text for text in maybe if text))


def facts_of(summary: Summary) -> tuple[str, ...]:
    """The others of its texts: names, numbers, and lines on who paid and who checked."""
    maybe = (
        *(summary.studied_in, summary.participants, summary.population),
        *(summary.journal, summary.paper_title, *summary.authors),
        *(summary.funding, summary.interests, summary.disclaimer, summary.reviewed_by),
    )
    return tuple(text for text in maybe if text)


def has_words(text: str) -> bool:
    """Whether a text says anything: a lone `…`, a symbol or a code of HTML does not."""
    return any(map(str.isalnum, text)) and any(map(str.isalnum, _WORDLESS.sub("", text)))


def sections_of(summary: Summary) -> tuple[str, str, str]:
    """Its three sections, in order."""
    return summary.found, summary.why_it_matters, summary.cautions


def certain_residues(summary: Summary) -> tuple[Residue, ...]:
    """What is in a summary that no editor would send, the first of each kind."""
    # The texts alone, as the checks ask for them: what was found in them is remembered.
    texts = (*texts_of(summary), *((summary.note,) if summary.note else ()))
    torn = _torn(summary)
    return (*(one for one in residues(texts) if one.certain), *((torn,) if torn else ()))


def is_form(summary: Summary) -> bool:
    """Whether nobody has written a word of it yet: each of its main texts is a place to write in.

    A text in which one place was forgotten is a text.
    """
    places = [kind.pattern for kind in RESIDUE_KINDS if kind.form]
    return all(
        any(pattern.search(text) for pattern in places)
        for text in (summary.headline, *sections_of(summary))
    )


def sentence_on(found: Sequence[Residue]) -> str:
    """What an editor is told of residues: the first with its remedy, the others by their names."""
    first, others = found[0], dict.fromkeys(one.what for one in found[1:])
    more = f"; also {', '.join(others)}" if others else ""
    return f"{first}; {first.remedy}{more}"


def residue_in(text: str) -> Residue | None:
    """The first thing in one text that no editor would send; None: there is none."""
    return next((one for one in residues((text,)) if one.certain), None)


def residues(texts: Iterable[str]) -> tuple[Residue, ...]:
    """The first residue of each kind in the texts."""
    return _residues(tuple(texts))


# The desk composes and checks the same thousands of texts again at every change of one.
@lru_cache(maxsize=8192)
def _residues(texts: tuple[str, ...]) -> tuple[Residue, ...]:
    return tuple(_found_in(texts))


def _found_in(parts: tuple[str, ...]) -> Iterator[Residue]:
    seen: set[str] = set()
    for kind in RESIDUE_KINDS:
        # What a certain kind has found is not also perhaps one.
        match = next(filter(None, map(kind.pattern.search, parts)), None)
        if match and (kind.certain or kind.what not in seen):
            seen.add(kind.what)
            yield Residue(
                what=kind.what,
                found=_around(match),
                words=match[0].strip().partition("\n")[0],
                remedy=kind.remedy,
                certain=kind.certain,
            )
    if broken := next(filter(None, map(_mojibake, parts)), ""):
        remedy = "save the file as UTF-8, and write it again"
        what = "text in a wrong encoding"
        yield Residue(what=what, found=quoted(broken), words=broken, remedy=remedy)


def is_misread(text: str) -> bool:
    """Whether letters of it are lost, or were read by another encoding than they were written."""
    return "\N{REPLACEMENT CHARACTER}" in text or bool(_mojibake(text))


def unended(summary: Summary) -> str:
    """The end of a section with sentences that ends without a full stop; empty: there is none."""
    return next(filter(None, map(_unended, sections_of(summary))), "")


def begun_within(summary: Summary) -> str:
    """The beginning of a text that begins within a sentence; empty: there is none."""
    for text in (summary.headline, *sections_of(summary)):
        if _WITHIN.match(start := text.lstrip()):
            return quoted(start[:60])
    return ""


def _torn(summary: Summary) -> Residue | None:
    """A text that ends within a word or a phrase, as a file does that was half copied."""
    lines = [(text, _is_open_headline) for text in (summary.headline, summary.title or "")]
    said = (*sections_of(summary), *summary.key_messages, summary.caution or "")
    lines += [(_last_line(text), _is_part) for text in said]
    for line, is_open in lines:
        if len(line.split()) <= _FEW_WORDS or line[-1] in _ENDS + _CLOSING:
            continue
        word = _LAST_WORD.search(line)
        if line.endswith((",", "-", "–", "—", "(", "[", "“", "/")) or (word and is_open(word[0])):
            end = line[-60:]
            remedy = "write the rest of it"
            return Residue(what="half a sentence", found=quoted(end), words=end, remedy=remedy)
    return None


def _is_open_headline(word: str) -> bool:
    return _OPEN_HEADLINE.fullmatch(word) is not None


def _is_part(word: str) -> bool:
    """Whether a sentence cannot end with the word: `the`, or `sh`, which is no word at all."""
    if _OPEN_WORD.fullmatch(word):
        return True
    return word.isascii() and word.islower() and len(word) > 1 and not _VOWEL.search(word)


def _unended(text: str) -> str:
    line = _last_line(text)
    if line.endswith(_CUT) and len(line.split()) > _FEW_WORDS:
        return quoted(line[-60:])
    if not line or line[0] in "-*•–" or line[-1] in _ENDS + _CLOSING:
        return ""
    has_sentences = (
        any(mark in text for mark in (". ", "! ", "? ")) or len(line.split()) > _MANY_WORDS
    )
    return quoted(line[-60:]) if has_sentences else ""


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2].strip()


def _around(match: re.Match[str]) -> str:
    return quoted(match.string[max(0, match.start() - 30) : match.end() + 30])


def _mojibake(text: str) -> str:
    """The first line with UTF-8 that was read as another encoding; empty: there is none."""
    lines = [line for line in text.split("\n") if _LEAD.search(line)]
    if not lines:
        return ""
    # Heuristics with years of real texts behind them; imported only where they may matter.
    from ftfy.badness import is_bad  # noqa: PLC0415

    return next((line for line in lines if is_bad(line)), "")
