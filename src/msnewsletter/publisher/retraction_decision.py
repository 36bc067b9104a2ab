"""What the notices about a study ask for. Pure.

A retraction stands until the study is reinstated: a later correction, or a later expression of
concern, does not undo it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from msnewsletter.model import Status
from msnewsletter.sources.retraction_notices import Nature

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from msnewsletter.model import Summary
    from msnewsletter.sources.retraction_notices import RetractionNotice

_REASONS: Final = 5
_LONG: Final = 120  # characters of one reason
# What is about the notice, not about the study.
_NO_REASONS: Final = (
    *("date of", "notice", "upgrade/update", "updated to", "doing the right thing"),
    *("investigation by", "temporary removal", "removed"),
)
# Of several on one day: what takes back comes after what doubts, and a reinstatement last.
_RANK: Final = {
    Nature.CORRECTION: 0,
    Nature.CONCERN: 1,
    Nature.RETRACTION: 2,
    Nature.REINSTATEMENT: 3,
}
_SAID: Final = {
    Status.RETRACTED: "The study was retracted{on}.",
    Status.CONCERN: "The journal published an expression of concern about the study{on}.",
    Status.LIVE: "The study had been taken back or doubted; it was reinstated{on}.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusProposal:
    """The status that a summary should have, and the note that says why."""

    status: Status
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesRead:
    """What notices ask for: a status, or nothing; and what an editor should look at besides."""

    proposal: StatusProposal | None = None
    remarks: tuple[str, ...] = ()


def decide(summary: Summary, notices: Sequence[RetractionNotice]) -> NoticesRead:
    """What the notices ask for, that match a summary by DOI or PubMed number."""
    sure = [one for one in notices if not _is_doubtful(one, summary)]
    remarks = [
        f"line {one.line} has its PubMed number {one.pmid}, but the DOI {one.doi}: is one wrong?"
        for one in notices
        if _is_doubtful(one, summary)
    ]
    remarks += [
        f"line {one.line} says {one.nature_text!r}, which is no word that we know: look at it"
        for one in sure
        if one.nature is None
    ]
    ordered = sorted((one for one in sure if one.nature), key=_order)
    status, deciding = _status(ordered)
    remarks += [
        f"line {one.line} is a {one.nature} without a date that can be read: it counts as older "
        "than the others; look whether it is"
        for one in ordered
        if one.day is None and deciding is not None and one.nature is not deciding.nature
    ]
    if deciding is None or not _is_news(summary.status, status, deciding):
        if summary.status is Status.LIVE:
            remarks += [_corrected(one) for one in ordered if one.nature is Nature.CORRECTION]
        return NoticesRead(remarks=tuple(remarks))
    proposal = StatusProposal(status=status, note=_note(status, deciding))
    return NoticesRead(proposal=proposal, remarks=tuple(remarks))


def _is_doubtful(notice: RetractionNotice, summary: Summary) -> bool:
    return bool(notice.doi and summary.doi and notice.doi != summary.doi)


def _order(notice: RetractionNotice) -> tuple[date, int, int]:
    return notice.day or date.min, _RANK[notice.nature or Nature.CORRECTION], notice.record


def _status(ordered: Iterable[RetractionNotice]) -> tuple[Status, RetractionNotice | None]:
    """The status after all notices, and the one that made it."""
    status, deciding = Status.LIVE, None
    for one in ordered:
        match one.nature:
            case Nature.RETRACTION:
                status, deciding = Status.RETRACTED, one
            case Nature.REINSTATEMENT:
                status, deciding = Status.LIVE, one
            case Nature.CONCERN if status is not Status.RETRACTED:
                status, deciding = Status.CONCERN, one
    return status, deciding


def _is_news(now: Status, then: Status, deciding: RetractionNotice) -> bool:
    """Whether the summary's status is to change; what we took back ourselves stays so."""
    if then is Status.LIVE:
        reinstated = deciding.nature is Nature.REINSTATEMENT
        return reinstated and now in {Status.RETRACTED, Status.CONCERN}
    return now is not then and not now.takes_back


def _note(status: Status, notice: RetractionNotice) -> str:
    on = f" on {notice.day.day} {notice.day:%B %Y}" if notice.day else ""
    said = [_SAID[status].format(on=on)]
    reasons = [reason for reason in map(_plain, notice.reasons) if reason][:_REASONS]
    if reasons and status is not Status.LIVE:
        said.append(f"Reasons, as Retraction Watch has them: {'; '.join(reasons)}.")
    if address := _address(notice):
        said.append(f"The notice: {address}")
    return " ".join(said)


def _plain(reason: str) -> str:
    """A reason in plain words; empty: it is about the notice."""
    line = " ".join(reason.split())[:_LONG]
    if line.lower().startswith(_NO_REASONS):
        return ""
    line = line.replace("and/or", "or").replace("/", " or ")
    # A title's capitals go; those of `DNA` stay.
    return " ".join(word.lower() if word[1:].islower() else word for word in line.split())


def _address(notice: RetractionNotice) -> str:
    if notice.notice_doi:
        return f"https://doi.org/{notice.notice_doi}"
    if notice.notice_pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{notice.notice_pmid}/"
    return ""


def _corrected(notice: RetractionNotice) -> str:
    on = f" on {notice.day}" if notice.day else ""
    where = f": {_address(notice)}" if _address(notice) else ""
    return f"its study was corrected{on}{where}; look whether the summary still holds"
