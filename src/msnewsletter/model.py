"""The things along the path: Summary → Entry → Issue.

Owns their shape and the few facts that follow from it alone. Everything is frozen and keyword-only.
Never reads a file, a clock or a setting.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from operator import not_
from zoneinfo import ZoneInfo

from msnewsletter.partial_date import PartialDate


class Status(StrEnum):
    """The state of a summary after it was written."""

    LIVE = "live"
    CORRECTED = "corrected"  # our text was wrong; a note explains
    CONCERN = "expression of concern"  # the journal doubts the study; the text stays
    WITHDRAWN = "withdrawn"  # we take our text back
    RETRACTED = "retracted"  # the study itself was retracted
    TAKEN_DOWN = "taken down"  # removed for law or harm, by the command alone: no source says it

    @property
    def takes_back(self) -> bool:
        """Whether a notice replaces the text."""
        return self in {Status.WITHDRAWN, Status.RETRACTED, Status.TAKEN_DOWN}


class WrittenBy(StrEnum):
    """Who wrote a text."""

    AI = "ai"
    PEOPLE = "people"
    BOTH = "ai and people"


class Evidence(StrEnum):
    """What kind of study it is, and whether other scientists have judged it."""

    TRIAL = "trial"  # people were given something, or not
    OBSERVATIONAL = "observational"  # people were watched
    REVIEW = "review"  # of earlier studies
    LABORATORY = "laboratory"  # animals, cells, tissue
    PEER_REVIEWED = "peer reviewed"
    PREPRINT = "preprint"


# Of each group a study is one thing at most.
EVIDENCE_GROUPS = (
    frozenset((Evidence.TRIAL, Evidence.OBSERVATIONAL, Evidence.REVIEW, Evidence.LABORATORY)),
    frozenset((Evidence.PEER_REVIEWED, Evidence.PREPRINT)),
)


class MailDetail(StrEnum):
    """How much of its studies the mail shows."""

    LEAD = "lead"  # the first one whole, the others in short
    WHOLE = "whole"  # as many whole as there is room for
    SHORT = "short"  # all in short


Day = date  # so that a field may be called `date`


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A related summary as a page lists it: its date and the first 100 characters of its lead.

    The date belongs to the card alone; some are journals' nominal cover dates, in the future.
    """

    date: Day
    teaser: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One plain-language text about one study, as a source gave it, character for character.

    Attributes:
        key: the editor's permanent name for it; unique in a newsletter.
        headline: the lead, one sentence.
        title: a short plain title of at most 70 characters, for cards, lists and page titles; None:
            the headline is used.
        found, why_it_matters, cautions: the three sections; paragraphs are parted by a blank line.
            Empty when the source has none.
        caution: the editor's choice of what mail, cards and feeds say of the cautions, one line;
            None: the first sentences of `cautions`.
        key_messages: two or three sentences that say the most important, one line each.
        disclaimer: its own "not medical advice" line, or None: the newsletter's own is shown.
        journal: the journal's name, verbatim.
        teaser: the editor's short text, or None: one is made of what was found.
        published: when we published the summary; None when the source does not say.
        cover_date: the journal's nominal date; decides nothing.
        first_seen: when `collect` first met it, aware UTC; None until then.
        doi: normalised: lower case, no prefix. pmid: digits. url: absolute http(s).
        studied_in: the editor's words, e.g. "mice", "16 people"; never guessed.
        evidence: what kind of study it is, at most one of each of EVIDENCE_GROUPS.
        participants, population: how many took part, and who they are, in the editor's words.
        paper_title, authors: the paper's own title, and who wrote it, in its order.
        funding, interests: who paid for the study, and what its authors declared.
        language: of its words, BCP 47; None: the newsletter's.
        related: the page's cards to other summaries.
        reviewed_by, reviewed_on: the person who checked the text, and the day.
        changed_on: the day, in the newsletter's zone, on which `collect` met another text while
            `reviewed_by` and `reviewed_on` stayed; None: it is the text that was checked.
        written_by: who wrote it; None: as the newsletter's other summaries.
        status, note: correction, withdrawal or retraction, with its explanation.
        location: where it was read, e.g. `summaries/gut.md` or `feed.jsonl:3`.
    """

    key: str
    headline: str
    found: str = ""
    why_it_matters: str = ""
    cautions: str = ""
    disclaimer: str | None = None
    journal: str | None = None
    teaser: str | None = None
    published: PartialDate | None = None
    cover_date: PartialDate | None = None
    first_seen: datetime | None = None
    doi: str | None = None
    pmid: str | None = None
    url: str | None = None
    studied_in: str | None = None
    tags: tuple[str, ...] = ()
    related: tuple[Card, ...] = ()
    reviewed_by: str | None = None
    reviewed_on: date | None = None
    status: Status = Status.LIVE
    note: str | None = None
    location: str = ""
    # Left out of documents when empty: older records stay what they are, byte for byte.
    changed_on: date | None = field(default=None, metadata={"exclude_if": not_})
    written_by: WrittenBy | None = field(default=None, metadata={"exclude_if": not_})
    title: str | None = field(default=None, metadata={"exclude_if": not_})
    caution: str | None = field(default=None, metadata={"exclude_if": not_})
    key_messages: tuple[str, ...] = field(default=(), metadata={"exclude_if": not_})
    evidence: tuple[Evidence, ...] = field(default=(), metadata={"exclude_if": not_})
    participants: str | None = field(default=None, metadata={"exclude_if": not_})
    population: str | None = field(default=None, metadata={"exclude_if": not_})
    paper_title: str | None = field(default=None, metadata={"exclude_if": not_})
    authors: tuple[str, ...] = field(default=(), metadata={"exclude_if": not_})
    funding: str | None = field(default=None, metadata={"exclude_if": not_})
    interests: str | None = field(default=None, metadata={"exclude_if": not_})
    language: str | None = field(default=None, metadata={"exclude_if": not_})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAddresses:
    """The addresses of one edition's list, as in Masthead."""

    list_address: str
    unsubscribe_url: str
    unsubscribe_address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFrame:
    """The masthead's part that the whole site shows as it is today, old issues' pages included.

    Attributes: as in Masthead. All else of a masthead belongs to its issue for ever: what it says
    of its texts (`disclaimer`, `written_by`, `question`), its mail, and `id`, which never changes.
    `theme` names the theme of the pages, which is no issue's; empty: the program's own.
    """

    title: str
    description: str
    site: str
    language: str
    zone: str
    door: str = ""
    words: str = field(default="en", metadata={"exclude_if": "en".__eq__})
    theme: str = field(default="", metadata={"exclude_if": not_})

    @classmethod
    def of_masthead(cls) -> tuple[str, ...]:
        """The names of the fields that a masthead has as well."""
        return tuple(one.name for one in fields(cls) if one.name != "theme")

    def around(self, masthead: Masthead) -> Masthead:
        """An issue's masthead as the site shows it in this frame."""
        return replace(masthead, **{name: getattr(self, name) for name in self.of_masthead()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Masthead:
    """The newsletter's part of an issue, frozen with it so that it renders the same for ever.

    Attributes:
        id: a permanent URI (tag: or https:); every summary's public id derives from it.
        title, description: the newsletter's name and one sentence on it.
        site: absolute URL of the public site, with a final slash.
        language: BCP 47, e.g. "en".
        words: the catalogue that the newsletter's own words are from, BCP 47. Records of versions
            that had English alone have none.
        zone: the one editorial zone, an IANA name.
        from_name, from_address, list_address: the mail's From and To; list_address also gives the
            List-Id (RFC 2919: the address with a dot for the @).
        unsubscribe_url: https, ends where a reader's opaque token is appended.
        unsubscribe_address: the mailbox for `mailto:` unsubscription.
        postal_address: one line.
        disclaimer: shown where a summary has none of its own.
        subject: str.format template with {title}, {number}, {date} and {count}.
        why: why the reader gets this mail, one sentence.
        teaser_limit: the longest teaser, in characters.
        question: one to take to the MS team, shown at the end of the mail; None: none.
        written_by: who wrote the summaries that do not say it themselves.
        detail: how much of its studies the mail shows.
        contents: whether a list of the studies comes before them.
        reply_to: where answers go; None: to `from_address`.
        low_energy: the low-energy edition's own list; None: it goes to the digest's.
        door: absolute URL below which the sign-up pages are, with a final slash; empty: there
            are none.
        samples: whether it is an example, and each issue says so.
    """

    id: str
    title: str
    description: str
    site: str
    language: str
    zone: str
    from_name: str
    from_address: str
    list_address: str
    unsubscribe_url: str
    unsubscribe_address: str
    postal_address: str
    disclaimer: str
    subject: str
    why: str
    teaser_limit: int
    question: str | None = None
    # Left out of documents while it is the default, like the corrections of an issue.
    written_by: WrittenBy = field(
        default=WrittenBy.AI, metadata={"exclude_if": WrittenBy.AI.__eq__}
    )
    detail: MailDetail = field(
        default=MailDetail.LEAD, metadata={"exclude_if": MailDetail.LEAD.__eq__}
    )
    contents: bool = field(default=False, metadata={"exclude_if": not_})
    reply_to: str | None = field(default=None, metadata={"exclude_if": not_})
    low_energy: ListAddresses | None = field(default=None, metadata={"exclude_if": not_})
    door: str = field(default="", metadata={"exclude_if": not_})
    samples: bool = field(default=False, metadata={"exclude_if": not_})
    words: str = field(default="en", metadata={"exclude_if": "en".__eq__})

    @property
    def frame(self) -> SiteFrame:
        """Its part that the whole site shows."""
        return SiteFrame(**{name: getattr(self, name) for name in SiteFrame.of_masthead()})

    @property
    def time_zone(self) -> ZoneInfo:
        """The zone, to compute with."""
        return ZoneInfo(self.zone)

    def public_id(self, key: str) -> uuid.UUID:
        """The permanent identity of a summary: the UUIDv5 of the newsletter's id and its key.

        RFC 9562, section 5.5: the namespace is the UUIDv5 (URL) of the newsletter's id.
        """
        return _public_id(self.id, key)


# Each is asked for again at every look at what waits, which may be thousands.
@lru_cache(maxsize=8192)
def _public_id(newsletter: str, key: str) -> uuid.UUID:
    return uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, newsletter), key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A summary placed in an issue.

    Attributes:
        position: 1 is the first.
        id: public identity, `urn:uuid:...`, for ever.
        teaser: its short text, one line.
        dated: the instant that ordered it, aware UTC.
        feed_date: the instant that feeds show, aware UTC: noon of a date-only day in the
            newsletter's zone (so that it is the same day in most of the world), never later than
            the issue's cutoff.
        late: it is from before an earlier issue: readers see that it was added late.
        why: the rule and the dates that put it here, for the editor.
    """

    position: int
    id: str
    summary: Summary
    teaser: str
    dated: datetime
    feed_date: datetime
    late: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction, withdrawal or retraction of a summary that an issue carried.

    Attributes:
        key, id: the summary's, as in Summary and Entry.
        issue: the number of the issue that carried it.
        headline: as readers know it; empty for a takedown.
        status, note: as in Summary; live: what was taken back, or of concern, is so no longer.
        carried: the cutoff of the issue that carried it, aware UTC; None in older records.
        after: the text as corrected; None where the notice replaces it, and in older records.
        language: of the summary's words, as in Summary.
    """

    key: str
    id: str
    issue: int
    headline: str
    status: Status
    note: str | None = None
    # Left out of documents when empty: older records stay what they are, byte for byte.
    carried: datetime | None = field(default=None, metadata={"exclude_if": not_})
    after: Summary | None = field(default=None, metadata={"exclude_if": not_})
    language: str | None = field(default=None, metadata={"exclude_if": not_})

    @property
    def news(self) -> str:
        """What became of the summary, in a word or two: its status, or that it is valid again."""
        return "valid again" if self.status is Status.LIVE else self.status.value

    @property
    def why(self) -> str:
        """Why it is announced, for the editor."""
        since = "" if self.status is Status.LIVE else f" after issue {self.issue} carried it"
        return f"{self.news}{since}; not announced yet"

    @property
    def new_headline(self) -> str | None:
        """The headline that the correction changed it to; None: it is the same."""
        if self.after is None or self.after.headline == self.headline:
            return None
        return self.after.headline


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedCorrection:
    """A correction with the issue that announced it.

    Attributes:
        number, cutoff: the issue's; aware UTC.
    """

    number: int
    cutoff: datetime
    correction: Correction


@dataclass(frozen=True, slots=True, kw_only=True)
class Takedown:
    """The removal of a summary's text for law or harm.

    Attributes:
        key: the summary's.
        reason: why, for the newsletter's own books; readers never see it.
        note: what readers see besides the standard sentence, if anything.
        at: when, aware UTC.
        lifted: when it was ended, aware UTC; None: it is taken down.
    """

    key: str
    reason: str
    note: str | None = None
    at: datetime
    lifted: datetime | None = None

    @property
    def changed(self) -> datetime:
        """When it began or ended last, aware UTC."""
        return self.lifted or self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One numbered edition, complete: rendering it needs nothing else but templates.

    Attributes:
        number: 1 is the first.
        slot: the moment it was made for; unique for ever.
        cutoff: the last instant included, aware UTC; also the mail's Date.
        note: what the editor says before the entries, Markdown; None: nothing.
        subject: the mail's subject in place of the masthead's; None: the masthead's.
        corrections: what readers of earlier issues must know, in order; enough for an issue alone.
    """

    number: int
    slot: str
    cutoff: datetime
    masthead: Masthead
    entries: tuple[Entry, ...]
    note: str | None = None
    subject: str | None = None
    # Left out of documents when empty: older records stay what they are, byte for byte.
    corrections: tuple[Correction, ...] = field(default=(), metadata={"exclude_if": not_})

    @property
    def id(self) -> str:
        """The issue's own permanent identity."""
        # A namespace of its own: no key of a summary can give the same.
        issues = self.masthead.public_id("issues")
        return uuid.uuid5(issues, str(self.number)).urn


class HoldReason(StrEnum):
    """Why a summary waits."""

    DATED_LATER = "dated later"
    NO_CAUTIONS = "no cautions"
    UNFINISHED = "unfinished"  # a placeholder is left in it, or its review is dated in the future
    SAME_STUDY = "same study"  # its DOI or its text is already in an issue, or in this one
    EDITOR = "editor"  # a hold in issues/next.md
    GONE = "gone"  # its file is gone or no longer reads: did the editor take it back?
    CONFLICT_COPY = "conflict copy"  # a synchronising program kept two versions of one file
    NOT_LIVE = "not live"  # withdrawn or retracted before it was ever sent
    SOURCES_DIFFER = "sources differ"  # two sources tell one study in different words
    UNFIT = "unfit"  # mail, pages or feeds with it do not pass the checks of publishing
    SAMPLE = "sample"  # one of the texts that the program ships, where samples are not meant


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A summary kept back, and why.

    Attributes:
        summary: it.
        because: the rule.
        reason: a sentence for the editor with rule and dates.
        words: those in its file that are at fault; empty: none are.
    """

    summary: Summary
    because: HoldReason
    reason: str
    words: str = ""

    def __str__(self) -> str:
        return f"{self.summary.key} ({self.summary.location}): {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark for the editor about something that was not refused: place and one sentence."""

    place: str
    text: str

    def __str__(self) -> str:
        return f"{self.place}: {self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedIssue:
    """An issue as the archive lists it; `cutoff` is aware UTC."""

    number: int
    cutoff: datetime
    count: int
