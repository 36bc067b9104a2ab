"""One study once: which summaries of different sources are one, whose text it has, what fills it.

Pure. A common DOI, PubMed number or web address makes them one; different numbers never do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping  # noqa: TC003  (pydantic needs it)
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from msnewsletter.issue.holds import Hindrance
from msnewsletter.issue.unfinished import has_words
from msnewsletter.model import HoldReason, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.model import Summary

# What another source may add. Not what speaks of the text that a source has itself: who checked or
# wrote it, its disclaimer and language, its status and note.
FILLED = (
    *("cautions", "caution", "title", "teaser", "key_messages", "journal", "published"),
    *("cover_date", "doi", "pmid", "url", "studied_in", "evidence", "participants"),
    *("population", "paper_title", "authors", "funding", "interests", "tags"),
)
# What is written of the whole text, and is nothing beside another one.
_OF_THE_TEXT = frozenset({"caution", "teaser", "key_messages"})
_SECTIONS = ("found", "why_it_matters", "cautions")
# Typography, of which no meaning depends.
_TYPED = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'")
    | dict.fromkeys("“”„‟«»″", '"')
    | dict.fromkeys("‐‑‒–—―−", "-")
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
DOUBT_REMEDY = "look at both, and write a file with its status, key and a note"
_NO_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySource:
    """A source that has the study: its label, and the key and place of the summary there.

    `by_hand`: a person's file in a folder, not what was fetched.
    """

    label: str
    key: str
    place: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedStudy:
    """Summaries that are one.

    Attributes:
        key: the key of the one that goes out, or went out.
        sources: who has it, the one with the text first.
        filled: which fields of its text came from another source, and the place there.
        differing: the others whose words are not its words, where a person must choose.
        by_hand: a person's file has the text.
        doubting: the others who say that it is not live, where its own source says it is.
        parted: keys that were one with it when it was sent, and now have a number of their own
            above the same text.
    """

    key: str
    sources: tuple[StudySource, ...]
    filled: Mapping[str, str] = field(default_factory=dict)
    differing: tuple[StudySource, ...] = ()
    doubting: tuple[StudySource, ...] = ()
    parted: tuple[str, ...] = ()
    by_hand: bool = False

    @property
    def others(self) -> frozenset[str]:
        """The keys that are one with it."""
        return frozenset(one.key for one in self.sources) - {self.key}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A key, with all that tells whether its study is another one's.

    Attributes:
        key: its key.
        sources: who has it, first the one whose text it has.
        labels: of its sources; of what was overridden, those of what was fetched.
        rank: of the first of them in the settings.
        doi, pmid: its numbers.
        pages: identities of web addresses, of all its sources.
        settled: it was sent, or is older than the newsletter's start.
        present: its source has it, and it can be read.
        by_hand: its text is in a person's file, which counts more than what was fetched.
        overridden: that file has the key of something fetched.
    """

    key: str
    sources: tuple[StudySource, ...]
    labels: frozenset[str]
    rank: int = 0
    doi: str | None = None
    pmid: str | None = None
    pages: frozenset[str] = frozenset()
    settled: bool = False
    present: bool = True
    by_hand: bool = False
    overridden: bool = False

    @property
    def order(self) -> tuple[bool, bool, bool, bool, int, str]:
        """What sorts those that are one: the first has the text."""
        by_hand = not self.overridden, not self.by_hand
        return not self.settled, not self.present, *by_hand, self.rank, self.key


def united(candidates: Iterable[Candidate]) -> list[list[Candidate]]:
    """The candidates by study, each study's in order; whatever the order in which they come.

    Of one source two are never one, nor are two with different numbers. An address that several of
    one source have is that of none of them.
    """
    ordered = sorted(candidates, key=lambda one: one.order)
    groups = {one.key: [one] for one in ordered}
    for having in _by_identity(ordered):
        heads: list[list[Candidate]] = []
        for one in having:
            mine = groups[one.key]
            if any(mine is head for head in heads):
                continue
            head = next((head for head in heads if _may_be_one(head, mine)), None)
            if head is None:
                heads.append(mine)
                continue
            head += mine
            groups |= {member.key: head for member in mine}
    found: dict[int, list[Candidate]] = {id(group): group for group in groups.values()}
    return [sorted(group, key=lambda one: one.order) for group in found.values()]


def _by_identity(ordered: Sequence[Candidate]) -> list[list[Candidate]]:
    """Those that share an identity, by each: numbers first."""
    having: defaultdict[tuple[int, str], list[Candidate]] = defaultdict(list)
    for one in ordered:
        for kind, value in enumerate((one.doi, one.pmid)):
            if value:
                having[kind, value].append(one)
        for page in one.pages:
            having[2, page].append(one)
    return [
        having[identity]
        for identity in sorted(having)
        if len(having[identity]) > 1 and not (identity[0] == 2 and _is_shared(having[identity]))  # noqa: PLR2004  (pages)
    ]


def _is_shared(having: Iterable[Candidate]) -> bool:
    """Whether several of one source have it: the address of a list, not of a summary."""
    sources = Counter(source for one in having for source in one.labels)
    return max(sources.values(), default=0) > 1


def _may_be_one(group: Sequence[Candidate], other: Sequence[Candidate]) -> bool:
    return not any(
        one.labels & another.labels
        or _differ(one.doi, another.doi)
        or _differ(one.pmid, another.pmid)
        for one in group
        for another in other
    )


def _differ(one: str | None, other: str | None) -> bool:
    return bool(one and other and one != other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a source says of a study."""

    source: StudySource
    summary: Summary


def filled_from(text: Summary, others: Iterable[Version]) -> tuple[Summary, dict[str, str]]:
    """A text with what it lacks from the others, first come; and where each field came from."""
    values: dict[str, object] = {}
    places: dict[str, str] = {}
    for other in others:
        names = FILLED if is_same_text(text, other.summary) else _BESIDE_ANOTHER_TEXT
        for name in names:
            value = getattr(other.summary, name)
            if value and name not in values and not getattr(text, name):
                values[name], places[name] = value, other.source.place
    return replace(text, **values) if values else text, places  # type: ignore[arg-type]


_BESIDE_ANOTHER_TEXT = tuple(name for name in FILLED if name not in _OF_THE_TEXT)


def kept_as_sent(
    text: Summary, sent: Summary, before: Mapping[str, str], others: Iterable[Version]
) -> tuple[Summary, dict[str, str]]:
    """The same of a text that was sent: it keeps what it was filled with, and gets nothing new.

    `before`: the fields that were filled; where that is not known any more, others may say the
    same as what was sent.
    """
    places = {name: place for name, place in before.items() if not getattr(text, name)}
    for other in others:
        for name in FILLED:
            value = getattr(sent, name)
            if value and not getattr(text, name) and getattr(other.summary, name) == value:
                places.setdefault(name, other.source.place)
    values = {name: getattr(sent, name) for name in places}
    return replace(text, **values) if values else text, places


def emptied(text: Summary, names: Iterable[str]) -> Summary:
    """A text without what it was filled with."""
    values = {name: () if isinstance(getattr(text, name), tuple) else None for name in names}
    if "cautions" in values:
        values["cautions"] = ""  # type: ignore[assignment]
    return replace(text, **values) if values else text  # type: ignore[arg-type]


def is_same_text(one: Summary, other: Summary) -> bool:
    """Whether two texts say the same but for white space and typography; a gap says nothing."""
    return all(
        folded(getattr(one, name)) == folded(getattr(other, name))
        for name in _SECTIONS
        if has_words(getattr(one, name)) and has_words(getattr(other, name))
    )


def is_conflicting(one: Summary, other: Summary) -> bool:
    """Whether both texts are whole and differ: a person must choose."""
    whole = all(has_words(getattr(text, name)) for text in (one, other) for name in _SECTIONS)
    return whole and not is_same_text(one, other)


def is_doubting(text: Summary, other: Summary) -> bool:
    """Whether the other source takes back or doubts what this one shows as good."""
    doubts = other.status.takes_back or other.status is Status.CONCERN
    return doubts and text.status in {Status.LIVE, Status.CORRECTED}


def folded(text: str) -> str:
    """A text as its words alone, in one typography."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_TYPED)).translate(_TYPED).split())


def headline_fold(headline: str) -> str:
    """A headline such that nearly equal ones are equal: its letters and digits alone."""
    return _NO_WORDS.sub(" ", folded(headline).casefold()).strip()


def hindrance_of(study: SharedStudy) -> Hindrance | None:
    """Why a study waits that its sources tell differently; None: they do not."""
    first = study.sources[0]
    if study.doubting:
        other = study.doubting[0]
        return Hindrance(
            HoldReason.SOURCES_DIFFER,
            f"{other.place} takes the study back or doubts it, and {first.place} does not; "
            f"{DOUBT_REMEDY}",
        )
    if study.differing:
        other = study.differing[0]
        return Hindrance(
            HoldReason.SOURCES_DIFFER,
            f"{first.place} and {other.place} tell one study in different words; "
            f"{_remedy(study, first, other)}",
        )
    return None


def _remedy(study: SharedStudy, first: StudySource, other: StudySource) -> str:
    if study.by_hand:
        return "remove one of them, or write the same into both"
    return (
        f"choose with 'msnewsletter choose {study.key} --from {first.label}' or "
        f"'--from {other.label}'"
    )


def contested_reason(study: SharedStudy) -> str:
    """Why readers keep what was sent, where the file that had been chosen is gone."""
    first, other = study.sources[0], study.differing[0]
    return (
        f"the file with the text that was sent is gone, and {first.place} and {other.place} tell "
        f"the study in different words; put the file back, or {_remedy(study, first, other)}"
    )


def parted_hindrance(study: SharedStudy) -> Hindrance:
    """Why a summary waits that was one with a sent one until its numbers changed."""
    return Hindrance(
        HoldReason.SAME_STUDY,
        f"it was one study with {study.key!r}, which was sent, and says nearly the same with "
        "another DOI or PubMed number; if readers should get it, write it into a file under a key "
        "of its own",
    )
