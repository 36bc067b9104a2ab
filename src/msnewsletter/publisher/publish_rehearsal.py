"""Publishing the next issue, tried: on a database that is left as it was, and writing nothing."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from msnewsletter.model import Issue
from msnewsletter.publisher.approval_validity import has_news
from msnewsletter.publisher.collect import save_collected
from msnewsletter.publisher.fitness import Trial, unfit_edits
from msnewsletter.publisher.opening import reading_store
from msnewsletter.publisher.readiness import require_room
from msnewsletter.publisher.site.site_names import is_archived, names_beside
from msnewsletter.publisher.site.write import rehearse_common_pages, rehearse_site, site_files
from msnewsletter.publisher.sound_entries import SoundEntries
from msnewsletter.render.mail.issue_folder import render_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from msnewsletter.issue.compose import Draft
    from msnewsletter.issue.holds import Hindrance
    from msnewsletter.publisher.collected import Collected
    from msnewsletter.publisher.schedule_state import Trigger
    from msnewsletter.publisher.session import Session
    from msnewsletter.publisher.site.rendered import RehearsedSite
    from msnewsletter.store import Store

# Of all looks of this process: a desk looks again after every change.
_SOUND: Final = SoundEntries()


@dataclass(frozen=True, kw_only=True, eq=False)
class PublishRehearsal:
    """What publishing a draft would do, tried.

    Attributes:
        session: the home, its settings and templates, and the moment.
        trigger: what the issue would be published for.
        number: of the next issue.
        collected: what the sources hold.
        draft: what would be in the issue.
    """

    session: Session
    trigger: Trigger
    number: int
    collected: Collected
    draft: Draft

    def site(self) -> dict[str, bytes]:
        """What publishing would write to the site, by path; raises what publishing would."""
        with self._selected() as rehearsal:
            return site_files(rehearsal)

    def whole_site(self, *, mail: int) -> RehearsedSite | None:
        """All that the site would show; raises what publishing would.

        `mail`: the bytes of the issue's folder, for which there has to be room as well.
        """
        with self._selected() as rehearsal:
            site = rehearse_site(rehearsal)
        require_room(self.session.home, mail=mail, site=site.size if site else 0)
        return site

    def require_pages(self, issue: Issue) -> None:
        """Try the pages and feeds of an issue's first entries; raises what publishing would."""
        tried = _SOUND.try_site(self.trial, issue, self.session.templates)
        rehearse_common_pages(tried, self.session.templates, self.session.glossary.glossary)

    def require_recovery(self, unfinished: Iterable[int]) -> None:
        """Try to finish issues that a crash left; raises why they cannot be finished."""
        with self._read_store() as store:
            session = self.session.with_store(store)
            for number in unfinished:
                if doubt := session.release_claim.doubt(number):
                    raise doubt
                render_folder(store.issue(number), session.templates)
        self.site()

    def unfit_edits(self) -> dict[str, Hindrance]:
        """Accepted edits that cannot be shown, and why, by key."""
        return unfit_edits(self.trial, self._empty_issue, self.draft.accepted)

    @cached_property
    def trial(self) -> Trial:
        """Rendering and checks for this home, without its database."""
        home, settings, issue = (
            self.session.home,
            self.session.settings.newsletter,
            self.draft.issue,
        )
        glossary = self.session.glossary.glossary
        beside = names_beside(issue, glossary) if issue else set()
        # A site that was lost is made again before anything is published.
        lost = self.number > 1 and not is_archived(home, 1)
        return Trial(
            glossary=glossary,
            exists=lambda name: lost or name in beside or (home.site / name).is_file(),
            any_links=settings.site_links == "any",
        )

    @property
    def _empty_issue(self) -> Issue:
        """An issue with nothing in it, of this moment."""
        return Issue(
            number=self.number,
            slot=self.trigger.name,
            cutoff=self.trigger.cutoff(self.session.now),
            masthead=self.session.settings.masthead(),
            entries=(),
        )

    @contextmanager
    def _selected(self) -> Iterator[Session]:
        """A session in which T1 was done; it is undone at the end."""
        session = self.session
        with self._trial_store() as store:
            rehearsal = session.with_store(store)
            if not session.is_working:
                save_collected(rehearsal, self.collected)
            if has_news(self.draft):
                store.select(self.draft, self.trigger)
            yield rehearsal

    @contextmanager
    def _trial_store(self) -> Iterator[Store]:
        """A store to be changed at will: the one at work, or a copy in memory while looking."""
        if self.session.is_working:
            with self.session.store.trial() as store:
                yield store
            return
        with self._read_store() as store, store.copy() as copy:
            yield copy

    @contextmanager
    def _read_store(self) -> Iterator[Store]:
        """The store to read: the one at work; one that looked is closed by now, and opened anew."""
        session = self.session
        if session.is_working:
            yield session.store
            return
        with reading_store(session.home, session.settings) as store:
            yield store
