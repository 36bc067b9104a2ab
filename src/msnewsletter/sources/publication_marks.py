"""The words by which publishers and PubMed say what became of a text, and the status they mean.

Owns the words of the field `status`, and the marks before a headline or a file's name. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from msnewsletter.errors import BadValueError
from msnewsletter.model import Status
from msnewsletter.text import did_you_mean, quoted_value

if TYPE_CHECKING:
    from collections.abc import Mapping

# In small letters, spaces for hyphens. PubMed's are its publication types
# (https://www.nlm.nih.gov/mesh/pubtypes.html).
_STATUSES: Final[Mapping[Status, tuple[str, ...]]] = {
    Status.LIVE: ("live", "published", "current"),
    Status.CORRECTED: (
        *("corrected", "correction", "erratum", "errata", "corrigendum", "corrigenda"),
        *("published erratum", "corrected article", "corrected and republished article"),
        *("author correction", "publisher correction"),
    ),
    Status.CONCERN: (
        *("expression of concern", "concern", "editorial expression of concern"),
        "editorial concern",
    ),
    Status.WITHDRAWN: (
        *("withdrawn", "withdrawal", "withdrawn article", "withdrawn publication"),
        *("article withdrawn", "withdrawal notice", "notice of withdrawal"),
    ),
    Status.RETRACTED: (
        *("retracted", "retraction", "retracted publication", "retracted article"),
        *("retracted paper", "article retracted", "retraction of publication"),
        *("retraction notice", "retraction note", "notice of retraction"),
    ),
}
_BY_WORDS: Final = {words: status for status, all_ in _STATUSES.items() for words in all_}
_SAID: Final = tuple(_STATUSES)
_TAKEN_DOWN: Final = ("taken down", "takedown", "take down")

# "Withdrawal: what to expect when a drug is stopped" and "Concern: ..." are ordinary headlines.
_ORDINARY: Final = frozenset({"withdrawal", "concern", "editorial concern"})
_MARKS: Final = {
    words: status
    for words, status in _BY_WORDS.items()
    if status not in {Status.LIVE, Status.CORRECTED}
}
_WORDS: Final = "|".join(
    # The longest first: "retracted article" before "retracted".
    words.replace(" ", r"[\s\-_]+")
    for words in sorted(_MARKS, key=len, reverse=True)
)
# Between words without spaces a short dash joins them: "Retraction–relaxation cycles".
_DASH: Final = r"(?:\s+[-\u2010-\u2013]{1,2}\s+|\s*[\u2014\u2015]\s*)"
_QUOTE: Final = '["\u201c\u201e\u00ab]'
_HEADLINE: Final = re.compile(
    rf"\s*(?P<emphasis>[*_]{{1,3}})?(?:"
    rf"[\[(\u3010]\s*(?P<bracketed>{_WORDS})\s*[:\uff1a]?\s*[\])\u3011]"
    rf"(?(emphasis)[*_]{{0,3}})(?:\s*[:\uff1a]|{_DASH})?"
    rf"|(?P<words>{_WORDS})(?(emphasis)[*_]{{0,3}})"
    rf"(?:(?:\s+(?:of|to|for))?\s*[:\uff1a]|(?P<dash>{_DASH})|\s+(?:of|to|for)\s+(?={_QUOTE})))"
    rf"(?(emphasis)[*_]{{0,3}})\s*(?=\S)",
    re.IGNORECASE,
)
_ALONE: Final = re.compile(
    rf"[\s\[(*_]*(?P<words>{_WORDS})(?:\s+(?:of|to|for))?[\s\])*_:.\u2013\u2014-]*", re.IGNORECASE
)
# As bibliographic databases append it.
_BEHIND: Final = re.compile(rf"\s*[\[(]\s*(?P<words>{_WORDS})\s*[\])]\.?\s*\Z", re.IGNORECASE)
# In capitals no word that follows makes it a sentence, unless all are.
_LOUD: Final = re.compile(
    r"\s*(?:(?P<words>RETRACTED(?:\s+(?:ARTICLE|PAPER|PUBLICATION))?|WITHDRAWN)[\s:.]+(?=[\w“\"])"
    r"(?![A-Z]{2,}\b))"
)
# A notice quotes the title: Retraction notice to “Title” [J. Examples 12 (2026) 1–9].
_QUOTED_TITLE: Final = re.compile(
    rf"{_QUOTE}([^\"\u201c\u201d\u201e\u00ab\u00bb]+)[\"\u201c\u201d\u00bb]\s*(?:\[[^\]]*\])?\.?\s*"
)
_SMALL_WORD: Final = re.compile(r"[a-z]+\b(?![-\w])")
_STEM: Final = re.compile(
    rf"[\[(]?(?P<words>{_WORDS})[\])]?[\s:\-_.\u2010-\u2015]+(?=[^\s\-_.])",
    re.IGNORECASE,
)


class Unmarked(NamedTuple):
    """A text without the marks before it, the gravest status that they say, and the marks."""

    rest: str
    status: Status
    mark: str


def status_of(text: str) -> Status:
    """The status that a word or PubMed's type names, in any case; raises BadValueError."""
    words = _words(text)
    if status := _BY_WORDS.get(words):
        return status
    if words in _TAKEN_DOWN:
        remedy = "run 'msnewsletter takedown', or write 'withdrawn' and a note"
        raise BadValueError(f"{quoted_value(text)} is set by a command alone", remedy)
    remedy = did_you_mean(words, _BY_WORDS, otherwise=f"use one of {', '.join(_SAID)}")
    raise BadValueError(f"there is no status {quoted_value(text)}", remedy)


def unmarked_headline(headline: str) -> Unmarked | None:
    """The headline without `RETRACTED:` and its like; None: it has no mark.

    A mark is followed by a colon or a dash, is in capitals, or stands in brackets,
    before the title or behind it: "Retracted papers still shape what we believe" has none. Of a
    mark alone nothing is left.
    """
    if found := _ALONE.fullmatch(headline):
        return Unmarked("", _MARKS[_words(found["words"])], headline.strip())
    if found := _BEHIND.search(headline):
        rest = headline[: found.start()].rstrip()
        return Unmarked(rest, _MARKS[_words(found["words"])], found[0].strip())
    if found := _LOUD.match(headline):
        mark = headline[: found.end()].strip()
        return Unmarked(headline[found.end() :], _MARKS[_words(found["words"])], mark)
    begin, statuses = 0, []
    while (found := _HEADLINE.match(headline, begin)) and not _ordinary(found):
        statuses.append(_MARKS[_words(found["bracketed"] or found["words"])])
        begin = found.end()
    if not statuses:
        return None
    rest = headline[begin:]
    quoted = _QUOTED_TITLE.fullmatch(rest)
    rest = quoted[1] if quoted else rest
    return Unmarked(rest, max(statuses, key=_SAID.index), headline[:begin].strip())


def unmarked_stem(stem: str) -> Unmarked | None:
    """The stem of a file's name without a mark: `RETRACTED-gut` is `gut`; None: it has no mark."""
    found = _STEM.match(stem)
    if found is None:
        return None
    return Unmarked(stem[found.end() :], _MARKS[_words(found["words"])], found[0])


def _ordinary(found: re.Match[str]) -> bool:
    """Whether it is how a sentence begins: "Retracted – and still cited"."""
    words = found["bracketed"] or found["words"]
    if words.isupper():
        return False
    goes_on = found["dash"] and _SMALL_WORD.match(found.string, found.end())
    return _words(words) in _ORDINARY or bool(goes_on)


def _words(text: str) -> str:
    """Words as the tables have them."""
    return " ".join(re.sub(r"[-_\u2010-\u2015]", " ", text).casefold().strip(" .:").split())
