"""The screens that only show something: a function each. GET only; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from msnewsletter import urls
from msnewsletter.checks.message_checks import header_fields
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.past_issues import past_issue, past_issues
from msnewsletter.text_diff import differences
from msnewsletter.web.desk import views
from msnewsletter.web.desk.frames import downloaded, framed, with_style
from msnewsletter.web.desk.lists import lists_of
from msnewsletter.web.desk.pins_and_note import words_of_next
from msnewsletter.web.desk.query import Choice, number_in
from msnewsletter.web.desk.responses import desk_of
from msnewsletter.web.desk.send_part import send_part
from msnewsletter.web.desk.source_health import source_words
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.issue_folder import IssueFolder
    from msnewsletter.web.desk.context import DeskContext


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
        site = desk.live.site if choice.view in {"feeds", "pages"} else None
        values |= _view(choice, preview.issue, preview.folder, "/preview/")
        values |= _site_view(choice, preview.issue, site() if site else {})
        values |= _compared(desk, choice, preview.issue, preview.files)
    return page("desk.html.j2", values)


def issues_screen(request: Request) -> Response:
    """`/issues`: what is out, newest first."""
    desk = desk_of(request)
    before = request.query_params.get("before", "")
    records = past_issues(desk.home, before=number_in(before))
    older = records[-1].issue.number if records and records[-1].issue.number > 1 else None
    return page("issues.html.j2", desk.common(request) | {"records": records, "older": older})


def issue_screen(request: Request) -> Response:
    """`/issues/7`: a frozen record, rendered again."""
    desk = desk_of(request)
    number = number_in(request.path_params["number"]) or 0
    found = past_issue(desk.home, number)
    issue = found.record.issue
    choice = Choice.read(f"/issues/{number}", request.query_params)
    values = desk.common(request) | {"choice": choice, "past": found}
    values |= _view(choice, issue, found.folder, f"/issues/{number}/files/")
    values |= {"feed_lines": (), "site_pages": (), "site_page": ""}
    values |= _compared(desk, choice, issue, found.files)
    return page("issue.html.j2", values)


def preview_file(request: Request) -> Response:
    """`/preview/digest.html`, `/preview/site/rss.xml`: its bytes, for a frame or to keep."""
    desk = desk_of(request)
    name: str = request.path_params["name"]
    if name.startswith("site/"):
        return _page(request, desk.live.site(), name.removeprefix("site/"))
    preview = desk.live.shown.preview
    return _file(request, preview.files if preview else {}, name)


def past_file(request: Request) -> Response:
    """`/issues/7/files/digest.html`: bytes of an issue that is out."""
    home = desk_of(request).home
    found = past_issue(home, number_in(request.path_params["number"]) or 0)
    return _file(request, found.files, request.path_params["name"])


def _page(request: Request, site: Mapping[str, bytes], name: str) -> Response:
    if not name.endswith(".html") or name not in site:
        return _file(request, site, name)
    whole = with_style(site[name], site.get(urls.STYLE, b""))
    return framed(name, whole, request.query_params)


def _file(request: Request, files: Mapping[str, bytes], name: str) -> Response:
    if name not in files:
        return PlainTextResponse("There is no such file.\n", 404)
    if "download" in request.query_params:
        return downloaded(name, files[name])
    return framed(name, files[name], request.query_params)


def _view(choice: Choice, issue: Issue, folder: IssueFolder, base: str) -> dict[str, object]:
    files = folder.files
    return {
        "issue": issue,
        "folder": folder,
        "base": base,
        "inboxes": {name: views.inbox(files, name) for name in ("digest", "digest-short")},
        "headers": header_fields(files[f"{choice.edition}.eml"]),
        "text": files["digest.txt"].decode(),
    }


def _site_view(choice: Choice, issue: Issue, site: Mapping[str, bytes]) -> dict[str, object]:
    own = urls.issue_page_name(issue.number)
    return {
        "feed_lines": views.feed_lines(site, choice.feed, issue),
        "site_pages": [name for name in site if name.endswith(".html")],
        "site_page": choice.page if choice.page in site else own,
    }


def _compared(
    desk: DeskContext, choice: Choice, issue: Issue, files: Mapping[str, bytes]
) -> dict[str, object]:
    """Another issue to look at beside this one, and what differs in the texts."""
    if choice.view != "compare":
        return {}
    shown = desk.live.shown
    if choice.against == "before" and choice.path == "/":
        if shown.before is None or shown.before.issue is None:
            return {"other": None, "other_words": "There is no earlier preview yet."}
        other, words, base = shown.before.files, "the preview before this one", "/before/"
    elif not choice.against and issue.number == 1:
        return {"other": None, "other_words": "This is the first issue: there is none before it."}
    else:
        number = number_in(choice.against) or issue.number - 1
        try:
            other = past_issue(desk.home, number).files
        except NewsletterError as error:
            return {"other": None, "other_words": str(error)}
        words, base = f"issue {number}", f"/issues/{number}/files/"
    return {
        "other": base,
        "other_words": words,
        "lines": differences(other["digest.txt"].decode(), files["digest.txt"].decode()),
    }


def before_file(request: Request) -> Response:
    """`/before/digest.html`: bytes of the preview before the newest."""
    desk = desk_of(request)
    before = desk.live.shown.before
    return _file(request, before.files if before else {}, request.path_params["name"])
