"""Forms that were deleted before anybody filled them in: nothing waits for them.

A summary whose file is gone waits for the file, and its editor is told. A form says nothing yet, so
whoever deletes it has taken nothing back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.issue.unfinished import is_form

if TYPE_CHECKING:
    from msnewsletter.publisher.key_ownership import Batch
    from msnewsletter.settings import Settings
    from msnewsletter.store import Store


def deleted_forms(store: Store, settings: Settings, batch: Batch) -> dict[str, str]:
    """The pending summaries that were forms when last read, and have no file: its path, by key.

    Only of folders: what is fetched is no person's file, and comes again.
    """
    folders = (source.label for source in settings.folders)
    without_file = {
        key: path
        for key, path in store.pending_paths(folders).items()
        if path not in batch.listed and key not in batch.read
    }
    stored = store.stored(without_file) if without_file else {}
    return {
        key: path for key, path in without_file.items() if key in stored and is_form(stored[key])
    }
