"""`/corrections`: what was announced, what waits for the next issue, what readers do not get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.publisher.corrections_ledger import ledger_page
from msnewsletter.web.desk.corrections.fate_words import AS
from msnewsletter.web.desk.query import Choice
from msnewsletter.web.desk.responses import desk_of
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def ledger_screen(request: Request) -> Response:
    """What was announced, from `first` on, below what waits. GET only."""
    desk = desk_of(request)
    preview = desk.live.shown.preview
    edits = preview.draft.edits if preview else ()
    issue = preview.issue if preview else None
    first = Choice.read("/corrections", request.query_params).first
    values = desk.common(request) | {
        "ledger": ledger_page(desk.home, at=desk.live.now(), first=first),
        "waiting": issue.corrections if issue else (),
        "quiet_edits": [one for one in edits if one.is_accepted and not one.correction],
        "alarms": preview.alarms if preview else (),
        "said_as": AS,
        "zone": desk.zone,
    }
    return page("corrections/ledger.html.j2", values)


ROUTES = [Route("/corrections", ledger_screen)]
