"""Publish: one issue, once, whatever happens in between.

The protocol, each line durable before the next (docs/design.md, Publishing)::

    lock → recover → collect → T1 entries fixed → render → outbox/tmp → T2 → outbox/new
         → issues/NNNN.json → T3 → pages → feeds → complete

A kill at any point leaves a state that the next run finishes. Running a step twice writes the same
bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher import due
from msnewsletter.publisher.collect import plan_collect
from msnewsletter.publisher.due import slot_taken
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.readiness import require_ready
from msnewsletter.publisher.results import Published
from msnewsletter.publisher.review import refuse_unapproved, review
from msnewsletter.publisher.session import at_work
from msnewsletter.publisher.templates import load_templates
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from datetime import datetime

    from msnewsletter.home import Home
    from msnewsletter.publisher.release import Reached


def publish(
    home: Home,
    *,
    at: datetime,
    content: str | None = None,
    reached: Reached = lambda _: None,
) -> Published:
    """Publish the next issue because a person wants it now, if there is anything new.

    Args:
        home: the newsletter's home.
        at: now, aware: the slot, the cutoff, the mail's Date and the feeds' dates.
        content: of the proof that the person saw (see Proof): refused when it is another by now.
        reached: called after every step, for tests that stop there.

    Raises any NewsletterError; whatever was begun, the next call finishes.
    """
    with at_work(home, at=at, reached=reached) as desk:
        if taken := slot_taken(desk.store, at=at):
            return Published(taken=taken, recovered=desk.recovered)
        occasion = due.trigger_by_hand(desk.settings, desk.store, at=at)
        done = desk.publish(occasion, content=content)
        if done.waits and done.draft and done.draft.issue:
            refuse_unapproved(done.draft.issue, done.waits)
        return done


def rehearse(home: Home, *, at: datetime) -> Published:
    """Go through publishing at `at` (aware) up to where something would be fixed; touches no state.

    Raises what `publish` would.
    """
    settings, templates = load_settings(home.settings), load_templates(home)
    with reading_store(home, settings) as store:
        if taken := slot_taken(store, at=at):
            return Published(taken=taken)
        collected = plan_collect(home, settings, store, touched=0)
        occasion = due.trigger_by_hand(settings, store, at=at)
        reviewed = review(settings, store, collected, templates, occasion=occasion, at=at)
        if reviewed.draft.issue:
            require_ready(home, reviewed.draft.issue, templates)
        return Published(
            occasion=occasion,
            draft=reviewed.draft,
            collected=collected,
            unfinished=tuple(number for number, _ in store.unfinished()),
            waits=reviewed.waiting_reason,
        )
