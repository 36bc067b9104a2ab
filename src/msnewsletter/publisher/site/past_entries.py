"""Which entries an earlier feed of the site may hold."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msnewsletter.render.site.issue_pages import WHOLE_ENTRIES

if TYPE_CHECKING:
    from msnewsletter.model import Masthead
    from msnewsletter.store import LastIssue, Store


class PastEntries:
    """The ids of past entries: those that an earlier feed may hold, and only if need be all."""

    def __init__(self, store: Store, masthead: Masthead, *, newest: LastIssue) -> None:
        self._site = store.site
        self._masthead = masthead
        self._newest = newest

    def __contains__(self, id_: object) -> bool:
        return id_ in self._lately or id_ in self._ever

    @cached_property
    def _lately(self) -> set[str]:
        newest = self._site.newest_ids(2 * WHOLE_ENTRIES + self._newest.count)
        corrected = self._site.corrected_keys(min(newest.values(), default=1))
        return {*newest, *(self._masthead.public_id(key).urn for key in corrected)}

    @cached_property
    def _ever(self) -> set[str]:
        # The site came back from a backup: its feed is older than what usually comes before.
        every = self._site.names(1, self._newest.number).values()
        return {id_ for names in every for _, id_ in names}
