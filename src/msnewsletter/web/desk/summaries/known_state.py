"""Where a summary stands, for a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.publisher.editing.summary_state import state_of

if TYPE_CHECKING:
    from msnewsletter.publisher.editing.summary_state import SummaryState
    from msnewsletter.web.desk.context import DeskContext


def known_state(desk: DeskContext, key: str) -> SummaryState | None:
    """Where the summary with a key stands; None: nothing is known of it, or there is no preview."""
    preview = desk.live.shown.preview
    return state_of(desk.home, preview, key) if preview and key else None
