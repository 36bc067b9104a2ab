"""`/`: the next issue, all that waits, and a view of what will go out. GET only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.web.desk.health.source_health import source_words
from msnewsletter.web.desk.issue_view import (
    aloud_view,
    compared_view,
    file_response,
    mail_view,
    page_response,
    site_view,
)
from msnewsletter.web.desk.next_issue.lists import lists_of
from msnewsletter.web.desk.next_issue.pins_and_note import words_of_next
from msnewsletter.web.desk.query import Choice
from msnewsletter.web.desk.responses import desk_of
from msnewsletter.web.desk.send.send_part import send_part
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def desk_screen(request: Request) -> Response:
    """`/`: the next issue, all that waits, and a view of what will go out."""
    desk = desk_of(request)
    shown = desk.live.shown
    choice = Choice.read("/", request.query_params)
    values = desk.common(request) | {"choice": choice}
    if shown.preview is None:
        return page("trouble.html.j2", values)
    preview = shown.preview
    values |= {"lists": lists_of(preview, find=choice.find, first=choice.first)}
    values |= words_of_next(desk) | {
        "sources": source_words(desk),
        "sending": send_part(desk),
    }
    if preview.issue and preview.folder:
        site = desk.live.site() if choice.view in {"feeds", "pages", "aloud"} else {}
        values |= mail_view(choice, preview.issue, preview.folder, "/preview/")
        values |= site_view(choice, preview.issue, site)
        values |= aloud_view(desk, choice, preview.files, site)
        values |= compared_view(desk, choice, preview.issue, preview.files)
    return page("next_issue/desk.html.j2", values)


def preview_file(request: Request) -> Response:
    """`/preview/digest.html`, `/preview/site/rss.xml`: its bytes, for a frame or to keep."""
    desk = desk_of(request)
    name: str = request.path_params["name"]
    if name.startswith("site/"):
        return page_response(request, desk.live.site(), name.removeprefix("site/"))
    preview = desk.live.shown.preview
    return file_response(request, preview.files if preview else {}, name)


def before_file(request: Request) -> Response:
    """`/before/digest.html`: bytes of the preview before the newest."""
    desk = desk_of(request)
    before = desk.live.shown.before
    return file_response(request, before.files if before else {}, request.path_params["name"])


ROUTES = [
    Route("/", desk_screen),
    Route("/preview/{name:path}", preview_file),
    Route("/before/{name}", before_file),
]
