"""Draft: what the next issue would be, from what the store and the sources hold now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from msnewsletter.compose import Draft, Past, compose
from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.model import Warned
from msnewsletter.store import Pending

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.config import Settings
    from msnewsletter.model import Issue
    from msnewsletter.publisher.collecting import Collected
    from msnewsletter.sources.coming import Coming
    from msnewsletter.store import Store


def draft(
    settings: Settings, store: Store, collected: Collected, *, slot: str, cutoff: datetime
) -> Draft:
    """Compose the issue for a slot; the same whether or not `collected` was saved.

    Raises SettingsError when it would be the first issue and the settings name no start.
    """
    last = store.last_issue()
    if last is None and settings.newsletter.start is None:
        raise SettingsError(
            SETTINGS_NAME,
            "the first issue needs a 'start' in [newsletter], or it would send the whole archive",
            f"add e.g. start = {cutoff.date()}",
        )
    if last is not None:
        _refuse_new_identity(settings, store.issue(last.number))
        # A machine's clock that was set back must not make the feeds older than they were.
        cutoff = max(cutoff, last.cutoff)
    pending = pending_with(store, collected, now=cutoff)
    dois, texts = store.twins((one.summary for one in pending), listed=collected.listed)
    drafted = compose(
        (one.summary for one in pending),
        past=Past(
            number=last.number if last else 0,
            cutoff=last.cutoff if last else None,
            gone=collected.gone(pending),
            dois=dois,
            texts=texts,
        ),
        masthead=settings.masthead(),
        slot=slot,
        cutoff=cutoff,
        start=settings.newsletter.start,
    )
    return _with_note(drafted, collected.coming)


def _with_note(drafted: Draft, coming: Coming | None) -> Draft:
    """The draft with what the editor wrote for it; a note for another issue is only spoken of."""
    issue = drafted.issue
    if issue is None or coming is None:
        return drafted
    if coming.issue != issue.number:
        text = f"it is for issue {coming.issue}, and the next is {issue.number}: left out"
        warned = Warned(place=coming.place, text=text)
        return replace(drafted, warned=(*drafted.warned, warned))
    return replace(drafted, issue=replace(issue, note=coming.note, subject=coming.subject))


def _refuse_new_identity(settings: Settings, last: Issue) -> None:
    """Every summary's public id follows from the newsletter's: another one resurfaces them all."""
    if settings.newsletter.id != last.masthead.id:
        raise SettingsError(
            SETTINGS_NAME,
            f"newsletter.id is no longer {last.masthead.id!r}, as it was in issue {last.number}",
            "put it back: with another id, feed readers show everything again as new",
        )


def pending_with(store: Store, collected: Collected, *, now: datetime) -> list[Pending]:
    """What is pending once `collected` counts, saved or not."""
    pending = {one.summary.key: one for one in store.pending()}
    known = store.known(summary.key for summary, _ in collected.read)
    for summary, path in collected.read:
        before = pending.get(summary.key)
        if before is None and summary.key in known:
            continue  # settled
        seen = before.summary.first_seen if before else now
        pending[summary.key] = Pending(summary=replace(summary, first_seen=seen), path=path)
    return list(pending.values())
