"""Compares what was sent and what waits with notices of retractions, and proposes changes of files.

Nothing is changed but on request, and then a file: the next issue says it, like any edit.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msnewsletter.disk.save import save, text_of, version_of
from msnewsletter.errors import BadValueError, NewsletterError, SourceError
from msnewsletter.model import Note, Status
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.editing.next_issue_file import bytes_like
from msnewsletter.publisher.file_diff import file_diff
from msnewsletter.publisher.new_file import free_path_of_key
from msnewsletter.publisher.retraction_check import RetractionCheck, write_check
from msnewsletter.publisher.retraction_decision import decide
from msnewsletter.publisher.session import looking
from msnewsletter.publisher.source_files import file_bytes, path_inside
from msnewsletter.regular_file import opened_regular
from msnewsletter.sources import front_matter_form, parse_file
from msnewsletter.sources.fetched_file import FORMAT
from msnewsletter.sources.markdown_writer import markdown_of
from msnewsletter.sources.retraction_notices import read_notices

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.model import Summary
    from msnewsletter.publisher.retraction_decision import StatusProposal
    from msnewsletter.publisher.session import Session
    from msnewsletter.sources import SourceFile
    from msnewsletter.sources.retraction_notices import NoticeTable, RetractionNotice
    from msnewsletter.store import KnownKey


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionProposal:
    """A change of one summary.

    Attributes:
        key, headline: of the summary.
        where: what became of it, e.g. `in issue 3`; `waits`: it was not sent yet.
        before, after: its status.
        note: that readers would see.
        path: the file that is changed, or made.
        diff: the lines of a unified diff.
        by_hand: why the file cannot be changed by the program; empty: it can.
        applied: it was changed.
    """

    key: str
    headline: str
    where: str
    before: Status
    after: Status
    note: str
    path: str
    diff: tuple[str, ...] = ()
    by_hand: str = ""
    applied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RetractionReport:
    """What a check found; `left`: the proposals that were not applied."""

    check: RetractionCheck
    studies: int
    proposals: tuple[RetractionProposal, ...]
    notes: tuple[Note, ...]

    @property
    def left(self) -> tuple[RetractionProposal, ...]:
        """The proposals that are still to be done."""
        return tuple(one for one in self.proposals if not one.applied)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """The file of a proposal: where it is, what it holds, and what it would hold."""

    path: Path
    before: bytes | None
    after: bytes


def check_retractions(
    home: Home, table: Path, *, at: datetime, apply: bool = False
) -> RetractionReport:
    """Compare all summaries that name a study with the table, and remember when that was.

    Args:
        home: the newsletter's home.
        table: Retraction Watch's CSV.
        at: now, aware.
        apply: the files are changed too.

    Raises SourceError where the table cannot be read: then nothing is remembered.
    """
    with looking(home, at=at) as session:
        studies = _Studies(session)
        written, found = _read(table, studies)
        work = _Proposals(session, studies, apply=apply)
        proposals = tuple(work.made(found.notices))
    check = RetractionCheck(
        at=at,
        file=table.name,
        file_date=written.date(),
        newest=found.newest,
        rows=found.rows,
        left=sum(not one.applied for one in proposals),
    )
    write_check(home, check)
    notes = work.notes
    if found.cut:
        text = f"{found.cut:,} of {found.rows:,} rows have cells missing and were not read"
        notes.append(Note(place=str(table), text=text))
    return RetractionReport(
        check=check, studies=studies.count, proposals=proposals, notes=tuple(notes)
    )


def _read(table: Path, studies: _Studies) -> tuple[datetime, NoticeTable]:
    """When the table was written, and what it says; raises SourceError."""
    try:
        with opened_regular(table) as file:
            found = read_notices(
                file.readline, str(table), dois=studies.by_doi, pmids=studies.by_pmid
            )
        return datetime.fromtimestamp(table.stat().st_mtime, UTC), found
    except FileNotFoundError:
        raise SourceError(str(table), "does not exist", "check the path") from None
    except BadValueError as error:
        raise SourceError(str(table), error.problem, error.remedy) from None


class _Studies:
    """The summaries that name a study, by its numbers: sent, waiting and held.

    A study that several sources have is one, under the key that goes out.
    """

    def __init__(self, session: Session) -> None:
        collected = plan_collect(session)
        self.files = collected.files
        self.read = {summary.key: (summary, path) for summary, path in collected.read}
        studies = collected.one_study.studies or ()
        one_as = {other: study.key for study in studies for other in study.others}
        self.by_doi: defaultdict[str, set[str]] = defaultdict(set)
        self.by_pmid: defaultdict[str, set[str]] = defaultdict(set)
        down = {key for key, one in session.store.takedowns().items() if one.lifted is None}
        keys = set()
        numbered = [(one.key, one.doi, one.pmid) for one in session.store.numbered()]
        numbered += [(key, one.doi, one.pmid) for key, (one, _) in self.read.items()]
        for own, doi, pmid in numbered:
            key = one_as.get(own, own)
            if key in down or not (doi or pmid):
                continue
            keys.add(key)
            if doi:
                self.by_doi[doi].add(key)
            if pmid:
                self.by_pmid[pmid].add(key)
        self.count = len(keys)

    def of(self, notice: RetractionNotice) -> set[str]:
        """The keys of the summaries that a notice may be about."""
        # `get`, so that asking adds nothing.
        return self.by_doi.get(notice.doi, set()) | self.by_pmid.get(notice.pmid, set())


class _Proposals:
    """Makes the proposals, and applies them where that is asked for."""

    def __init__(self, session: Session, studies: _Studies, *, apply: bool) -> None:
        self._session, self._home, self._studies = session, session.home, studies
        self._apply = apply
        self.notes: list[Note] = []

    def made(self, notices: Iterable[RetractionNotice]) -> Iterator[RetractionProposal]:
        """A proposal for each summary whose status should be another, by key."""
        hits: defaultdict[str, list[RetractionNotice]] = defaultdict(list)
        for notice in notices:
            for key in self._studies.of(notice):
                hits[key].append(notice)
        known = self._session.store.known(hits)
        texts = self._texts(hits)
        for key in sorted(texts):
            summary = texts[key]
            read = decide(summary, hits[key])
            self.notes += [
                Note(place=summary.location or key, text=f"{key!r}: {text}")
                for text in read.remarks
            ]
            if read.proposal:
                yield self._proposal(summary, read.proposal, known.get(key))

    def _texts(self, keys: Iterable[str]) -> dict[str, Summary]:
        """The summaries as their files have them; as they were sent, where there is no more."""
        wanted = set(keys)
        store = self._session.store
        here = {key: one for key, (one, _) in self._studies.read.items() if key in wanted}
        return {**store.sent(wanted), **store.stored(wanted), **here}

    def _proposal(
        self, summary: Summary, proposal: StatusProposal, known: KnownKey | None
    ) -> RetractionProposal:
        after = replace(summary, status=proposal.status, note=proposal.note)
        made = RetractionProposal(
            key=summary.key,
            headline=summary.headline,
            where=known.settled.where if known and known.settled else "waits",
            before=summary.status,
            after=proposal.status,
            note=proposal.note,
            path=summary.location,
        )
        try:
            change = self._change(summary, after, known)
            if isinstance(change, str):
                return replace(made, by_hand=change)
            path = self._home.display_path(change.path)
            made = replace(
                made,
                path=path,
                diff=file_diff(change.before, change.after, path, change="proposed"),
            )
            if self._apply:
                version = version_of(change.before)
                save(self._home, change.path, change.after, version=version, display=path)
                return replace(made, applied=True)
        except NewsletterError as error:
            return replace(made, by_hand=f"{error.problem}; {error.remedy}")
        return made

    def _change(self, summary: Summary, after: Summary, known: KnownKey | None) -> _Change | str:
        """The change of its file; or why there can be none. Raises a NewsletterError."""
        read = self._studies.read.get(summary.key)
        path = read[1] if read else known.path if known else ""
        file = self._studies.files.get(path)
        if file is None or file.format == FORMAT:
            new = free_path_of_key(self._home, self._session.settings, summary.key)
            language = self._session.settings.newsletter.effective_words
            text = markdown_of(after, language=language)
            return _Change(path=new, before=None, after=text.encode())
        if not front_matter_form.has_front_matter(file.format):
            return f"{file.location} is JSON, which you change yourself"
        before = file_bytes(file)
        data = _with_status(before, file, after)
        if data is None:
            return f"{file.location} is written so that you must change it yourself"
        real = path_inside(self._home, self._session.settings, file)
        return _Change(path=real, before=before, after=data)


def _with_status(before: bytes, file: SourceFile, after: Summary) -> bytes | None:
    """The file with the status and note of the summary; None: no line of it can be changed so."""
    text = text_of(before)
    form = front_matter_form.form_of(text, file.location, file.format)
    if form is None:
        return None
    said = front_matter_form.with_status(form, after.status, after.note)
    changed = front_matter_form.with_form(text, file.location, file.format, said)
    data = bytes_like(before, changed, file.location)
    # Whatever the file looks like, it must say this and nothing else afterwards.
    read = parse_file(file, data).summaries
    says = [(one.key, one.status, one.note) for one in read]
    return data if says == [(after.key, after.status, after.note)] else None
