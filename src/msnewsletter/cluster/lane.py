"""A lane: one thread of a worker that sends chunks, one after another, with what it keeps open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Final

from msnewsletter.cluster.chunk_batches import ChunkBatches
from msnewsletter.cluster.job_queue import defer
from msnewsletter.cluster.lease import limit_silence
from msnewsletter.delivery.kept_connections import KeptConnections
from msnewsletter.delivery.smtp import server_of
from msnewsletter.delivery.windows import SendWindows
from msnewsletter.disk.atomic import disk_errors, make_folder
from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.publisher.delivering.delivery_run import sections
from msnewsletter.publisher.delivering.issue_mail import mail_of_files
from msnewsletter.publisher.delivering.left_claims import journal_name, settle_journal
from msnewsletter.publisher.delivering.mailing_run import MailingRun, RunTools, StopRequest
from msnewsletter.publisher.delivering.postmark import postmark_of
from msnewsletter.publisher.delivering.sending_pace import (
    WARM_UP_FROM,
    may_send_at,
    send_plan,
    shared_limits,
    warm_up_limit,
)
from msnewsletter.publisher.delivering.sending_terms import other_terms, sending_terms
from msnewsletter.settings import load_settings, smtp_password
from msnewsletter.store.subscribers import open_subscribers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.cluster.database_clock import DatabaseClock
    from msnewsletter.cluster.lease import Lease, Periods
    from msnewsletter.cluster.ledger_memory import LedgerMemory
    from msnewsletter.cluster.worker_log import WorkerLog
    from msnewsletter.delivery_settings import DeliverSection
    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.issue_mail import IssueMail
    from msnewsletter.settings import Settings
    from msnewsletter.store.location import DatabaseLocation
    from msnewsletter.store.subscribers.mailing_queries import Mailing
    from msnewsletter.subscribers.delivery_state import Chunk

# Seconds for which a lane waits until a limit opens; where it is longer, another chunk comes first.
_PATIENCE: Final = 30.0
# A journal is read as a whole after a kill: some megabytes are enough.
_CHUNKS_A_JOURNAL: Final = 200


@dataclass(frozen=True, kw_only=True)
class LaneTools:
    """What the lanes of a worker share.

    Attributes:
        home: has newsletter.toml, at least.
        location: of the subscribers' database.
        folder: the worker's, for journals.
        worker: its name.
        clock: the database's time.
        monotonic: returns seconds of a clock that never goes back.
        lease: of what is claimed.
        memory: of how far each mailing was.
        until: returns when a lease that begins now ends, by the database's clock.
        periods: how often what is done.
        log: for what keeps a lane from sending.
        failed: called with an error that ends the work of the lane.
    """

    home: Home
    location: DatabaseLocation
    folder: Path
    worker: str
    clock: DatabaseClock
    monotonic: Callable[[], float]
    lease: Lease
    memory: LedgerMemory
    until: Callable[[], datetime]
    periods: Periods
    log: WorkerLog
    failed: Callable[[BaseException], None]


def worker_settings(home: Home) -> tuple[Settings, DeliverSection]:
    """The settings of a worker's home; raises SettingsError where it is to send nothing."""
    settings = load_settings(home.settings)
    section, _ = sections(settings)
    if not section.workers:
        problem = "deliver.workers is not set, so no worker sends"
        raise SettingsError(SETTINGS_NAME, problem, "add workers = true to [deliver]")
    return settings, section


class Lane:
    """Sends the chunks that it is given. A database that fails ends it: its worker begins anew.

    Attributes:
        journal: the name of what it notes now.
    """

    def __init__(self, tools: LaneTools) -> None:
        """Open a session of its own and lease a journal; raises StoreError, OutboxError."""
        self._tools = tools
        self._stop = StopRequest()
        self._chunks: SimpleQueue[tuple[Chunk, Callable[[], None]] | None] = SimpleQueue()
        self._failures = 0
        self._mail: tuple[Mailing, IssueMail] | None = None
        self._kept: tuple[Settings, KeptConnections] | None = None
        self._store = open_subscribers(tools.location, empty=False)
        try:
            limit_silence(self._store, tools.periods)
            self._begin_journal()
        except BaseException:
            self._store.close()
            raise
        # Who stops a process waits for no mail server: what is under way then its journal knows.
        self._thread = Thread(target=self._run, name="lane", daemon=True)
        self._thread.start()

    def _begin_journal(self) -> None:
        tools = self._tools
        journal = journal_name(tools.clock.now())
        with disk_errors(tools.home):
            make_folder(tools.folder / journal)
        self._store.lease_journal(journal, worker=tools.worker, until=tools.until())
        # Not before it is leased: whoever renews leases asks for it.
        self.journal, self._sent_chunks = journal, 0

    def send(self, chunk: Chunk, done: Callable[[], None]) -> None:
        """Send what is due of a chunk in the lane's thread, which calls `done` in the end."""
        self._chunks.put((chunk, done))

    def stop(self) -> None:
        """Finish what is under way, and begin nothing; may be called twice, by any thread."""
        self._stop.request()
        self._chunks.put(None)

    def join(self, within: float | None) -> bool:
        """Wait for its end, at most so many seconds; whether it has ended."""
        self._thread.join(within)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while (given := self._chunks.get()) is not None:
                chunk, done = given
                try:
                    self._send(chunk)
                finally:
                    done()
            self._leave()
        except BaseException as error:  # noqa: BLE001  (the worker's thread hears of it)
            self._tools.failed(error)
        finally:
            self._hang_up()
            self._store.close()

    def _leave(self) -> None:
        """End in order: with nothing in hand the journal is needed no more."""
        self._hang_up()
        tools = self._tools
        settle_journal(tools.home, self._store, tools.folder / self.journal, at=tools.clock.now())

    def _send(self, chunk: Chunk) -> None:
        """Send what is due of a chunk; what is left of it has a job when it may go on."""
        tools = self._tools
        while not self._stop.requested:
            settings, section = worker_settings(tools.home)
            if trouble := other_terms(sending_terms(settings, section), self._store.shared_terms()):
                self._pass_on(chunk, trouble)
                return
            found = self._mailing(chunk)
            if found is None or not may_send_at(section, tools.clock.now(), settings.zone):
                return
            kept = self._connections(settings, section)
            batches = self._batches(chunk, section, found[0])
            run = MailingRun(*found, self._run_tools(settings, section, kept, batches))
            run.run()
            run.hand_back()
            if run.hindrance:
                kept.forget_pauses()
            if trouble := self._trouble(run):
                self._pass_on(chunk, trouble)
                return
            if batches.opens is None:
                break
            left = (batches.opens - tools.clock.now()).total_seconds()
            if left > _PATIENCE:
                self._again(chunk, at=batches.opens)
                return
            self._stop.wait(left)
        if self._stop.requested:
            # Others need not wait until a sweep finds what is left.
            self._again(chunk)

    def _again(self, chunk: Chunk, at: datetime | None = None) -> None:
        with self._store.transaction() as connection:
            defer(connection, [chunk], at=at)

    def _trouble(self, run: MailingRun) -> str | None:
        """Why nothing can be sent now; None: nothing hinders it."""
        if why := run.hindrance:
            return f"{why.place}: {why.problem}; {why.remedy}"
        if run.refusal:
            return f"the mail server refuses all that we send ({run.refusal})"
        self._failures = 0
        self._tools.log.works()
        return None

    def _pass_on(self, chunk: Chunk, trouble: str) -> None:
        """Wait a growing while; another worker may be better off, and takes the chunk."""
        self._again(chunk)
        self._failures += 1
        self._tools.log.waits(trouble)
        self._stop.wait(self._tools.periods.pause(self._failures))

    def _mailing(self, chunk: Chunk) -> tuple[Mailing, IssueMail] | None:
        """The chunk's mailing with its mail; None: workers have no part in it any more."""
        for issue in self._tools.memory.hold_older(self._store):
            self._tools.log.held(issue)
        mailing = self._store.mailing(chunk.issue)
        if mailing is None or mailing.finished or not self._store.is_with_workers(chunk.issue):
            return None
        if self._mail is None or self._mail[0].manifest != mailing.manifest:
            files = self._store.mail_of(chunk.issue)
            if not files:
                return None
            self._mail = mailing, mail_of_files(files, manifest=mailing.manifest)
        return mailing, self._mail[1]

    def _batches(self, chunk: Chunk, section: DeliverSection, mailing: Mailing) -> ChunkBatches:
        warm_up = None
        if section.warm_up:
            began = self._store.first_mailing_above(WARM_UP_FROM)
            warm_up = warm_up_limit(began, self._tools.clock.now())
        limits = shared_limits(section, warm_up=warm_up)
        return ChunkBatches(
            chunk,
            self._store,
            journal=self.journal,
            limits=limits,
            remember=partial(self._tools.memory.remember, mailing),
        )

    def _run_tools(
        self,
        settings: Settings,
        section: DeliverSection,
        kept: KeptConnections,
        batches: ChunkBatches,
    ) -> RunTools:
        tools = self._tools
        return RunTools(
            store=self._store,
            plan=kept.plan,
            # Those of the settings are in the database: all workers share them.
            windows=SendWindows(),
            postmark=postmark_of(settings, section, self._store),
            journal=self.journal,
            now=tools.clock.now,
            monotonic=tools.monotonic,
            may_send=lambda now: tools.lease.holds() and may_send_at(section, now, settings.zone),
            stop=self._stop,
            progress=lambda _: None,
            mark=lambda: None,
            batches=batches,
            settle=partial(self._store.settle_leased, journal=self.journal),
            kept=kept,
        )

    def _connections(self, settings: Settings, section: DeliverSection) -> KeptConnections:
        """Those of the chunk before, unless the settings have changed, or the journal is long."""
        self._sent_chunks += 1
        if self._kept and self._kept[0] == settings and self._sent_chunks <= _CHUNKS_A_JOURNAL:
            return self._kept[1]
        if self._kept:
            self._leave()
            self._begin_journal()
        _, smtp = sections(settings)
        server = server_of(smtp, password=smtp_password())
        journals = self._tools.folder / self.journal
        plan = send_plan(section, server, journals)
        self._kept = settings, KeptConnections(plan, holds=self._tools.lease.holds)
        return self._kept[1]

    def _hang_up(self) -> None:
        if self._kept:
            self._kept[1].close()
            self._kept = None
