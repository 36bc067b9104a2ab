"""Pushes the site to an object store: what changed, so that no link there leads nowhere.

The store itself keeps the manifest of what was pushed. It names what is about to be put before
that is put, and is replaced only in the state in which it was read: of two machines the second is
refused. A push may be killed at any moment, and stops by itself when its time is over: the next one
goes on.
"""

from __future__ import annotations

import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Final

from msnewsletter.delivery.object_store import ChangedThereError, open_store
from msnewsletter.disk.lock import held_lock, locked
from msnewsletter.errors import BusyError, NewsletterError, PushError, RefusedError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.site.push_plan import (
    MANIFEST,
    PushClaim,
    PushManifest,
    PushPlan,
    push_plan,
)
from msnewsletter.publisher.site.push_progress import PushProgress
from msnewsletter.publisher.site.push_state import (
    PushState,
    change_push_state,
    push_target,
)
from msnewsletter.publisher.site.pushed_site import PushedSite, file_of_site, pushed_site
from msnewsletter.render.site.file_headers import cache_control, content_type
from msnewsletter.serialize import from_json, pretty, to_document
from msnewsletter.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from msnewsletter.delivery.object_store import ObjectStore, ObjectVersion
    from msnewsletter.home import Home
    from msnewsletter.settings import Settings

# Files that are on their way at the same time: most of the time of each is waiting.
_AT_ONCE: Final = 16
# Files after which the clock is looked at, and after which the manifest says what is there.
_BATCH: Final = 64
_NOTED: Final = 512
# A claim that was not renewed for so long is that of a machine that is gone; ours is renewed long
# before. Both in the time of different machines, so they are generous.
_LEASE: Final = timedelta(minutes=15)
_RENEWED_S: Final = 120.0
_HOME_WAIT_S: Final = 10.0
_KIND: Final = "application/json"


class NewerThereError(PushError):
    """Another home has pushed a site that changed later than the one here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReport:
    """What a push has done, or would do.

    Attributes:
        target: where.
        put, removed: names of files.
        left: how many are left to be put or removed.
        left_out: names of files that no store takes.
    """

    target: str
    put: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    left: int = 0
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PushOrder:
    """How to push.

    Attributes:
        at: now, aware.
        within: seconds after which no other file is begun; None: until all is done.
        dry: only say what would be done.
        force: a person says that the place is to equal the site here, whoever put the files there.
        wait: seconds for whoever writes the site.
        progress: called with how many of how many files are done.
    """

    at: datetime
    within: float | None = None
    dry: bool = False
    force: bool = False
    wait: float = _HOME_WAIT_S
    progress: Callable[[int, int], None] = lambda *_: None


def push_site(home: Home, order: PushOrder, *, store: ObjectStore | None = None) -> PushReport:
    """Push what changed to the place that `site.push` names; nothing there is done twice.

    `store`: instead of the one that the settings name.

    Raises BusyError while another one pushes, or writes the site; RefusedError where a person has
    to say that it is meant; PushError where the store does not do it; any NewsletterError.
    """
    settings = load_settings(home.settings)
    target = push_target(settings)
    if target is None:
        if settings.newsletter.sandbox:
            raise RefusedError(
                SETTINGS_NAME, "this is a sandbox: nothing leaves it", "remove sandbox"
            )
        raise RefusedError(
            SETTINGS_NAME, "there is no site.push", 'add [site], with push = "s3://BUCKET"'
        )
    busy = "another msnewsletter is pushing the site"
    with held_lock(home, home.push_lock, busy, "let it finish"):
        state = change_push_state(home, lambda one: one)
        try:
            run = _PushRun(home, settings, order, state, store or open_store(target))
            report, whole = run.push()
        except PushError as error:
            if not order.dry:
                says, at = str(error), order.at
                change_push_state(home, lambda one: one.after_failure(says, at=at))
            raise
        if whole and not order.dry:
            changes, at = state.changes, order.at
            change_push_state(home, lambda one: one.after_push(target, changes=changes, at=at))
    return report


class _PushRun:
    """One push."""

    def __init__(
        self,
        home: Home,
        settings: Settings,
        order: PushOrder,
        state: PushState,
        store: ObjectStore,
    ) -> None:
        self._home, self._order, self._state, self._store = home, order, state, store
        self._newsletter = settings.newsletter.id
        self._run = secrets.token_hex(8)
        self._began = self._renewed = monotonic()
        self._version: ObjectVersion | None = None
        self._noted = 0

    def push(self) -> tuple[PushReport, bool]:
        """What was done, and whether all is there now."""
        with locked(self._home, wait=self._order.wait):
            site = pushed_site(self._home)
        there = self._read()
        if there:
            self._refuse_others(there)
        plan = push_plan(there, site.files, anew=self._order.force)
        report = PushReport(target=self._store.url, left_out=site.left_out)
        if not (plan.puts or plan.removals):
            return report, True
        self._refuse_surprises(there, site, plan)
        if self._order.dry:
            return replace(report, put=plan.put, removed=plan.removed), False
        self._store.prove_conditions()
        return self._apply(self._claimed(there, site, plan), site, plan, report)

    # ── what is refused ──────────────────────────────────────────────────────────────────────

    def _read(self) -> PushManifest | None:
        found = self._store.read(MANIFEST)
        if found is None:
            return None
        self._version = found.version
        try:
            return from_json(PushManifest, found.data)
        except ValueError:  # pydantic's ValidationError is a ValueError
            if self._order.force:
                return None
            raise PushError(
                self._store.url,
                f"its {MANIFEST} cannot be read, so nobody knows what is there",
                "run 'msnewsletter push --force' to put everything there again",
            ) from None

    def _refuse_others(self, there: PushManifest) -> None:
        """Refuse while another home pushes; one of this home's own that is left was killed."""
        claim = there.claim
        if claim and claim.home != self._state.home and not self._order.dry:
            age = abs(self._order.at - claim.at)
            if age < _LEASE:
                raise BusyError(self._store.url, "another machine is pushing", "let it finish")

    def _refuse_surprises(
        self, there: PushManifest | None, site: PushedSite, plan: PushPlan
    ) -> None:
        """Refuse what only a person can mean."""
        if self._order.force:
            return
        url, remedy = self._store.url, "if this is meant, run 'msnewsletter push --force'"
        if there is None:
            if name := self._store.holds_any(site.files):
                problem = f"{name} is there, and msnewsletter did not push it"
                raise PushError(url, problem, f"name another place; {remedy}")
            return
        if there.newsletter != self._newsletter:
            problem = "the site of another newsletter is there"
            raise PushError(url, problem, f"name another place; {remedy}")
        if there.home != self._state.home and there.changed > site.changed:
            raise NewerThereError(
                url, "another machine has pushed a newer site", f"push from that one; {remedy}"
            )
        if plan.removes_too_much(there):
            gone = f"{len(plan.removed):,} of the {len(there.files):,} files there"
            raise PushError(url, f"{gone} are not in outbox/site/ and would go", remedy)

    # ── what is done ─────────────────────────────────────────────────────────────────────────

    def _claimed(
        self, there: PushManifest | None, site: PushedSite, plan: PushPlan
    ) -> PushManifest:
        """The manifest that says what is about to happen, written."""
        before = there or PushManifest(
            newsletter=self._newsletter, home=self._state.home, changed=site.changed
        )
        return self._write(
            replace(
                before,
                newsletter=self._newsletter,
                home=self._state.home,
                changed=site.changed,
                putting=plan.put,
                removing=plan.removed,
            )
        )

    def _apply(
        self, manifest: PushManifest, site: PushedSite, plan: PushPlan, report: PushReport
    ) -> tuple[PushReport, bool]:
        progress = PushProgress(manifest, total=len(plan.put) + len(plan.removed))
        try:
            with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="push") as pool:
                whole = self._do_stages(progress, site, plan, pool)
        except NewsletterError:
            # What is there is there: the next push need not do it again. It may do so, though.
            with suppress(PushError):
                self._write(progress.manifest(), last=True)
            raise
        self._write(progress.manifest(), last=True)
        return (
            replace(
                report,
                put=tuple(progress.put),
                removed=tuple(progress.removed),
                left=progress.left,
            ),
            whole,
        )

    def _do_stages(
        self, progress: PushProgress, site: PushedSite, plan: PushPlan, pool: ThreadPoolExecutor
    ) -> bool:
        """Do stage after stage; False: not all, for the time is over or the site is another."""
        stages = [(names, self._put_all) for names in plan.puts]
        stages += [(names, self._remove_all) for names in plan.removals]
        for names, do in stages:
            left = iter(names)
            while batch := tuple(islice(left, _BATCH)):
                if self._is_over:
                    return False
                try:
                    do(batch, progress, site, pool)
                except _RewrittenError:
                    return False
                self._order.progress(progress.done, progress.total)
                self._note(progress)
            self._note(progress, at_once=True)
        return True

    def _put_all(
        self,
        names: Sequence[str],
        progress: PushProgress,
        site: PushedSite,
        pool: ThreadPoolExecutor,
    ) -> None:
        """Put files side by side; raises the first error after all were tried."""
        errors = list(pool.map(lambda name: self._put(name, site), names))
        done = [name for name, error in zip(names, errors, strict=True) if error is None]
        progress.note_put({name: site.files[name] for name in done})
        _raise_first(errors)

    def _remove_all(
        self,
        names: Sequence[str],
        progress: PushProgress,
        site: PushedSite,
        pool: ThreadPoolExecutor,
    ) -> None:
        """The same for files that are gone here."""
        del site
        errors = list(pool.map(self._remove, names))
        progress.note_removed(
            name for name, error in zip(names, errors, strict=True) if error is None
        )
        _raise_first(errors)

    @property
    def _is_over(self) -> bool:
        within = self._order.within
        return within is not None and monotonic() - self._began >= within

    def _put(self, name: str, site: PushedSite) -> PushError | None:
        try:
            data = file_of_site(self._home, name)
            if data is None or hashlib.sha256(data).hexdigest() != site.files[name]:
                return _RewrittenError(name, "it was written meanwhile", "push again")
            self._store.write(name, data, kind=content_type(name), cached=cache_control(name))
        except PushError as error:
            return error
        return None

    def _remove(self, name: str) -> PushError | None:
        try:
            self._store.remove(name)
        except PushError as error:
            return error
        return None

    def _note(self, progress: PushProgress, *, at_once: bool = False) -> None:
        """Say at the store what is there, after some files; so the claim is renewed, too."""
        unnoted = progress.done - self._noted
        if (at_once and unnoted) or unnoted >= _NOTED or monotonic() - self._renewed >= _RENEWED_S:
            if progress.left:  # else the last writing says it
                self._write(progress.manifest())
            self._noted = progress.done

    def _write(self, manifest: PushManifest, *, last: bool = False) -> PushManifest:
        """Write the manifest in the place of the one that we know, with our claim unless last."""
        now = self._order.at + timedelta(seconds=monotonic() - self._began)
        claim = PushClaim(run=self._run, home=self._state.home, at=now)
        made = replace(manifest, claim=None if last else claim)
        data = pretty(to_document(made))
        try:
            self._version = self._store.replace(MANIFEST, data, kind=_KIND, version=self._version)
        except ChangedThereError:
            # A request that was answered too late is repeated, and meets what itself has written.
            found = self._store.read(MANIFEST)
            if found is None or found.data != data:
                raise PushError(
                    self._store.url, "another machine has pushed meanwhile", "push again"
                ) from None
            self._version = found.version
        self._renewed = monotonic()
        return made


class _RewrittenError(PushError):
    """A file of the site is another than when the push began: publishing went on."""


def _raise_first(errors: Iterable[PushError | None]) -> None:
    if first := next((error for error in errors if error), None):
        raise first
