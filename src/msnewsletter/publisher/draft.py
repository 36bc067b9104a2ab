"""Composes the draft of the next issue from what the store and the sources hold now."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from msnewsletter.decisions import Hold, Pin
from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.issue.compose import Draft, compose
from msnewsletter.issue.edits import PostSendEdit, SentSummary, correction_of, decide
from msnewsletter.issue.holds import EarlierIssues
from msnewsletter.issue.near_headlines import near_headlines
from msnewsletter.issue.pins_and_holds import NextIssue, for_issue
from msnewsletter.issue.same_study import NUMBERS, new_marks
from msnewsletter.model import Note
from msnewsletter.publisher.dropped_entries import renamed_entries
from msnewsletter.publisher.moved_summaries import nearly_sent
from msnewsletter.sources.line_numbers import line_with
from msnewsletter.store import Pending
from msnewsletter.store.location import ADDRESS
from msnewsletter.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.model import Correction, Summary
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.schedule_state import Trigger
    from msnewsletter.publisher.session import Session
    from msnewsletter.store import Store

_MOST_UNMET = 20  # pins and holds of which a note each says that they have no effect


def draft(
    session: Session,
    collected: Collected,
    trigger: Trigger,
    *,
    cutoff: datetime | None = None,
    unfit: Mapping[str, Hindrance] = MappingProxyType({}),
    sent_alone: bool = False,
) -> Draft:
    """Compose the issue for a trigger; the same whether or not `collected` was saved.

    Args:
        session, collected, trigger: the home, what its sources hold, and what the issue is for.
        cutoff: of what was approved, where that is earlier than the trigger's own.
        unfit: what publishing would fail for, by key.
        sent_alone: what became of summaries that were sent, without anything new.

    Raises SettingsError when it would be the first issue and the settings name no start.
    """
    settings, store = session.settings, session.store
    cutoff = cutoff or trigger.cutoff(session.now)
    last = store.last_issue()
    if last is None and settings.newsletter.start is None:
        raise SettingsError(
            SETTINGS_NAME,
            "the first issue needs a 'start' in [newsletter], or it would send the whole archive",
            f"add e.g. start = {cutoff.date()}",
        )
    if last is not None:
        refuse_new_identity(session)
        # A machine's clock that was set back must not make the feeds older than they were.
        cutoff = max(cutoff, last.cutoff)
    waiting = [] if sent_alone else pending_with(store, collected, now=session.now)
    pending = [one for one in waiting if one.summary.key not in collected.one_study.followers]
    # What another machine fetched has no file here.
    places = collected.fetched
    fetched = collected.elsewhere | {one.summary.key for one in pending if one.path in places}
    edits = _edits(session, collected, cutoff, unfit)
    number = last.number if last else 0
    written = collected.next_issue or NextIssue(place="", issue=number + 1)
    wanted = for_issue(written, number + 1)
    drafted = compose(
        (one.summary for one in pending),
        past=EarlierIssues(
            number=number,
            cutoff=last.cutoff if last else None,
            gone=collected.gone(pending),
            duplicates=store.duplicates(
                pending,
                listed=collected.listed,
                read=(summary for summary, _ in collected.read),
            ),
            unfit=unfit,
            undecided=collected.one_study.undecided,
            moved=_moved(
                session, collected, [one for one in pending if one.summary.key in fetched]
            ),
            fetched=fetched,
        ),
        masthead=settings.masthead(),
        slot=trigger.name,
        cutoff=cutoff,
        start=settings.newsletter.start,
        wanted=wanted,
        corrections=_corrections(store, edits),
    )
    notes = [
        *drafted.warned,
        *_near(pending, collected),
        *_unmet(wanted, store, {one.summary.key for one in pending}),
    ]
    # Of an earlier one: see earlier_words.py.
    if drafted.issue and written.issue > wanted.issue and written.for_one_issue:
        kept = ", except for its holds" if wanted.holds else ""
        text = f"it is for issue {written.issue}, and the next is {wanted.issue}: left out{kept}"
        notes.append(Note(place=written.place, text=text))
    held = tuple(
        replace(one, reason=_with_line(session, one.summary, one.words, one.reason))
        for one in drafted.held
    )
    return replace(drafted, held=held, warned=tuple(notes), edits=edits)


def _moved(
    session: Session, collected: Collected, waiting: Sequence[Pending]
) -> dict[str, Hindrance]:
    """Why fetched summaries wait that may be others at another address or with another id."""
    renamed = renamed_entries(waiting, collected.dropped, collected.labels)
    return renamed | nearly_sent(
        waiting,
        collected.sent_without_page,
        session.store,
        read={summary.key: (summary, path) for summary, path in collected.read},
        by_hand=collected.listed - collected.fetched,
    )


def _near(pending: Iterable[Pending], collected: Collected) -> list[Note]:
    """Notes on headlines that nearly agree in two sources."""
    if len(set(collected.labels.values())) < 2:  # noqa: PLR2004  (one source repeats itself as today)
        return []
    return near_headlines(((one.summary, one.path) for one in pending), collected.labels)


def _edits(
    session: Session, collected: Collected, cutoff: datetime, unfit: Mapping[str, Hindrance]
) -> tuple[PostSendEdit, ...]:
    """What becomes of summaries that were edited after they had been sent."""
    today = cutoff.astimezone(session.settings.zone).date()
    found = session.store.edited(summary for summary, _ in collected.read)
    decided = (
        decide(
            one,
            today=today,
            other_study=_other_study(one, session.store)
            or collected.one_study.contested.get(one.entry.summary.key),
            unfit=unfit.get(one.entry.summary.key),
        )
        for one in found
    )
    return tuple(
        replace(edit, kept_back=_with_line(session, edit.sent.source, edit.words, edit.kept_back))
        if edit.kept_back
        else edit
        for edit in decided
        if edit.matters
    )


def _with_line(session: Session, summary: Summary, words: str, reason: str) -> str:
    """The reason with the line of the summary's file where the words at fault are."""
    number = line_with(session.home.root / summary.location, words) if words else None
    return f"line {number}: {reason}" if number else reason


def _other_study(one: SentSummary, store: Store) -> str | None:
    """Why an edit seems to be about another study: it has a new number that was sent before."""
    new = new_marks(one.public, one.source, NUMBERS)
    if not new:
        return None
    for key, known in store.same_study(one.source, marks=new).items():
        names = " and ".join(NUMBERS[mark] for mark in sorted(new))
        where = known.settled.where if known.settled else ""
        return f"its {names} is also that of {key!r} {where}; correct the {names}"
    return None


def _corrections(store: Store, edits: Iterable[PostSendEdit]) -> Iterator[Correction]:
    """What readers of earlier issues are told: of edits, and of what is public already."""
    found = {one.entry.summary.key: correction_of(one, one.public) for one in store.unannounced()}
    found |= {edit.key: edit.correction for edit in edits if edit.is_accepted}
    return filter(None, found.values())


def _unmet(wanted: NextIssue, store: Store, pending: set[str]) -> Iterator[Note]:
    """Notes about pins and holds of summaries that are not pending."""
    asked: tuple[Pin | Hold, ...] = (*wanted.pins, *wanted.holds)
    unmet = [one for one in asked if one.key not in pending]
    known = store.known(one.key for one in unmet)
    if left := unmet[_MOST_UNMET:]:
        text = f"{len(left):,} more pins and holds have no effect; correct or remove them"
        yield Note(place=left[0].place or wanted.place, text=text)
    # A remedy looks through all keys that wait: not for thousands.
    for one in unmet[:_MOST_UNMET]:
        what = "pin" if isinstance(one, Pin) else "hold"
        settled = known[one.key].settled if one.key in known else None
        if settled:
            text = f"the {what} of {one.key!r} has no effect: it is {settled.where}; remove it"
        else:
            hint = did_you_mean(one.key, sorted(pending), otherwise="correct or remove it")
            text = (
                f"the {what} of {one.key!r} has no effect: no summary that waits has this key; "
                f"{hint}"
            )
        yield Note(place=one.place or wanted.place, text=text)


def refuse_new_identity(session: Session) -> None:
    """Refuse another newsletter id: public ids derive from it, and all entries would seem new."""
    last = session.store.last_issue()
    if last is None:
        return
    frozen, now = last.masthead.id, session.settings.newsletter.id
    if now == frozen:
        return
    otherwise = (
        f"if this is another newsletter, name an empty database of its own in {ADDRESS}"
        if session.settings.newsletter.database == "postgresql"
        else "start over with 'msnewsletter reset'"
    )
    raise SettingsError(
        SETTINGS_NAME,
        f"newsletter.id is no longer {frozen!r}, as it was in issue {last.number}",
        f"put it back, or {otherwise}: with another id, feed readers show everything again as new",
    )


def pending_with(store: Store, collected: Collected, *, now: datetime) -> list[Pending]:
    """The pending summaries with those of `collected`, saved or not."""
    pending = {
        one.summary.key: one for one in store.pending() if one.summary.key not in collected.absorbed
    }
    known = store.known(summary.key for summary, _ in collected.read)
    for summary, path in collected.read:
        before = pending.get(summary.key)
        if before is None and summary.key in known:
            continue  # settled
        seen = before.summary.first_seen if before else summary.first_seen or now
        pending[summary.key] = Pending(summary=_first_seen(summary, seen), path=path)
    return list(pending.values())


# Until a slot its issue is composed again at every look, of the same thousands of summaries.
@lru_cache(maxsize=8192)
def _first_seen(summary: Summary, at: datetime) -> Summary:
    return replace(summary, first_seen=at)
