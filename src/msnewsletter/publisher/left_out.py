"""Fetched summaries that a source's settings leave out now, though they were read before.

Whoever narrows a source, or names other pages, means what was read too. Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msnewsletter.source_settings import PageSource
from msnewsletter.sources.addresses import identity_of

if TYPE_CHECKING:
    from msnewsletter.publisher.source_memory import SourceMemory
    from msnewsletter.source_settings import FetchedSource


def left_out(source: FetchedSource, memory: SourceMemory) -> frozenset[str]:
    """Keys of the summaries that `include`, `exclude`, `urls`, the sitemap or index leave out now.

    What another sitemap or index named stays until the new one was read: one that cannot be read
    leaves nothing out. What fell off the same one stays too.
    """
    if not isinstance(source, PageSource):
        return frozenset()
    urls = frozenset(map(identity_of, source.urls))
    takes, leaves = (list(map(re.compile, one)) for one in (source.include, source.exclude))
    by = source.named_by
    is_read = any(one.named_by == by for one in memory.summaries.values())
    found = set()
    for key, one in memory.summaries.items():
        elsewhere = is_read and one.named_by not in {"", by}
        if (
            (takes and not any(take.search(one.address) for take in takes))
            or any(leave.search(one.address) for leave in leaves)
            or (elsewhere and not urls)
            or (urls and urls.isdisjoint({*one.identities, identity_of(one.address)}))
        ):
            found.add(key)
    return frozenset(found)
