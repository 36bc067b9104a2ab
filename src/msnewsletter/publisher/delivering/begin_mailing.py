"""The beginning of a mailing: enqueue an issue, take its folder, and keep its mark up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.disk import outbox
from msnewsletter.errors import OutboxError, RefusedError
from msnewsletter.home import issue_name
from msnewsletter.publisher.delivering.delivery_mark import DeliveryMark
from msnewsletter.publisher.delivering.issue_mail import manifest_digest, read_issue_mail
from msnewsletter.publisher.delivering.mailing_elsewhere import folder_missing
from msnewsletter.publisher.delivering.mailing_size import refuse_unmeant_size
from msnewsletter.publisher.release_claim import may_be_elsewhere
from msnewsletter.serialize import pretty, to_document
from msnewsletter.subscribers.delivery_state import DeliveryState

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.publisher.delivering.issue_mail import IssueMail
    from msnewsletter.store.subscribers import SubscriberStore
    from msnewsletter.store.subscribers.mailing_queries import Mailing


class MailingStart:
    """Begins mailings of a home."""

    def __init__(
        self,
        home: Home,
        store: SubscriberStore,
        *,
        any_size: bool,
        enqueue: Callable[[int, Path, str], None],
    ) -> None:
        """Prepare.

        Args:
            home: the newsletter's home.
            store: its subscribers' database.
            any_size: a person has said that many are meant, or warming up spreads them.
            enqueue: called with an issue that is new, its folder, and the SHA-256 of its manifest:
                brings the mailing into the ledger.
        """
        self._home, self._store = home, store
        self._any_size, self._enqueue = any_size, enqueue

    def begin(self, issue: int, *, at: datetime) -> None:
        """Enqueue an issue and take its folder; doing it twice does the same as once.

        at: now, aware.

        Raises RefusedError where nobody would get it, it is a first mailing of its size that nobody
        has confirmed, or another sender has taken the folder.
        """
        home, store = self._home, self._store
        known = self._known(issue)
        if known is None:
            refuse_unmeant_size(store, issue, any_size=self._any_size, at=at)
            folder = home.outbox / "new" / issue_name(issue)
            self._enqueue(issue, folder, manifest_digest(home, folder))
        elif not store.balance(issue).to_do:
            # A person has yet to decide on it, though it was put away: its ledger was restored.
            outbox.take_back(home, issue)
        if not outbox.take_issue(home, issue):
            # On a shared database it may be another home's, which has just begun.
            elsewhere = may_be_elsewhere(store)
            if _untouched(store, issue) and (known is None or not elsewhere):
                store.cancel_mailing(issue)
            raise folder_missing(issue, elsewhere=elsewhere)
        self.mark(issue, deliveries=store.balance(issue).enqueued)

    def _known(self, issue: int) -> Mailing | None:
        """The mailing of an issue; not that of a folder which was taken back before it began."""
        home, store = self._home, self._store
        known = store.mailing(issue)
        waiting = home.outbox / "new" / issue_name(issue)
        if known and waiting.is_dir() and known.manifest != manifest_digest(home, waiting):
            if not _untouched(store, issue):
                problem = "another one with this number is under way"
                raise RefusedError(home.display_path(waiting), problem, "move it elsewhere")
            store.cancel_mailing(issue)
            return None
        return known

    def mark(self, issue: int, *, deliveries: int) -> None:
        """Tell the outbox what the ledger knows of a mailing."""
        mailing = self.mailing(issue)
        mark = DeliveryMark(
            issue=issue,
            enqueued=mailing.created,
            deliveries=deliveries,
            claims=mailing.claims,
        )
        outbox.mark_delivery(self._home, issue, pretty(to_document(mark)))

    def mailing(self, issue: int) -> Mailing:
        """The mailing of an issue that has begun; raises RefusedError where it has not."""
        mailing = self._store.mailing(issue)
        if mailing is None:
            raise RefusedError(f"issue {issue_name(issue)}", "it is not enqueued", "deliver it")
        return mailing

    def mail(self, mailing: Mailing) -> IssueMail:
        """The mail in the folder of a mailing; raises OutboxError where it is another issue's."""
        home = self._home
        folder = home.outbox / outbox.SENDING / issue_name(mailing.issue)
        mail = read_issue_mail(home, folder)
        if mail.manifest != mailing.manifest:
            problem = "is not the issue that was enqueued"
            remedy = "put back the folder that was there, from a backup"
            raise OutboxError(home.display_path(folder), problem, remedy)
        return mail


def _untouched(store: SubscriberStore, issue: int) -> bool:
    """Whether nothing of a mailing was ever tried."""
    balance = store.balance(issue)
    return balance.enqueued == balance[DeliveryState.QUEUED]
