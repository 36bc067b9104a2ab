"""`/issues`: what is out, each as it was frozen, rendered again. GET only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from msnewsletter.home import issue_name
from msnewsletter.publisher.past_issues import past_issue, past_issues
from msnewsletter.web.desk.frames import downloaded
from msnewsletter.web.desk.issue_view import (
    aloud_view,
    compared_view,
    file_response,
    mail_view,
)
from msnewsletter.web.desk.issues.issue_archive import issue_archive
from msnewsletter.web.desk.query import Choice, number_in
from msnewsletter.web.desk.responses import desk_of
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def issues_screen(request: Request) -> Response:
    """`/issues`: what is out, newest first."""
    desk = desk_of(request)
    before = request.query_params.get("before", "")
    listed = past_issues(desk.home, before=number_in(before))
    older = listed[-1].number if listed and listed[-1].number > 1 else None
    return page("issues/issues.html.j2", desk.common(request) | {"listed": listed, "older": older})


def issue_screen(request: Request) -> Response:
    """`/issues/7`: a frozen record, rendered again."""
    desk = desk_of(request)
    number = number_in(request.path_params["number"]) or 0
    found = past_issue(desk.home, number)
    issue = found.record.issue
    choice = Choice.read(f"/issues/{number}", request.query_params)
    values = desk.common(request) | {"choice": choice, "past": found}
    values |= mail_view(choice, issue, found.folder, f"/issues/{number}/files/")
    values |= {"feed_lines": (), "site_pages": (), "site_page": ""}
    values |= aloud_view(desk, choice, found.files, {})
    values |= compared_view(desk, choice, issue, found.files)
    return page("issues/issue.html.j2", values)


def past_file(request: Request) -> Response:
    """`/issues/7/files/digest.html`: bytes of an issue that is out."""
    home = desk_of(request).home
    found = past_issue(home, number_in(request.path_params["number"]) or 0)
    return file_response(request, found.files, request.path_params["name"])


def download(request: Request) -> Response:
    """`/issues/7/download`: its files and their manifest in one file."""
    found = past_issue(desk_of(request).home, number_in(request.path_params["number"]) or 0)
    name = f"issue-{issue_name(found.record.issue.number)}.zip"
    return downloaded(name, issue_archive(found), kind="application/zip")


ROUTES = [
    Route("/issues", issues_screen),
    Route("/issues/{number}", issue_screen),
    Route("/issues/{number}/download", download),
    Route("/issues/{number}/files/{name}", past_file),
]
