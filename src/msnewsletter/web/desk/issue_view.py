"""A view of one issue's files, of the next one or of one that is out: what its screen shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from msnewsletter import urls
from msnewsletter.checks.message_checks import header_fields
from msnewsletter.errors import NewsletterError
from msnewsletter.publisher.past_issues import past_issue
from msnewsletter.text_diff import differences
from msnewsletter.web.desk import views
from msnewsletter.web.desk.editions import part_named
from msnewsletter.web.desk.frames import downloaded, framed, with_style
from msnewsletter.web.desk.query import Choice, number_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.model import Issue
    from msnewsletter.render.mail.issue_folder import IssueFolder
    from msnewsletter.web.desk.context import DeskContext


def mail_view(choice: Choice, issue: Issue, folder: IssueFolder, base: str) -> dict[str, object]:
    """What the views of its mails show; `base` is the address of its files."""
    files = folder.files
    return {
        "issue": issue,
        "folder": folder,
        "base": base,
        "inboxes": {name: views.inbox(files, name) for name in ("digest", "digest-short")},
        "headers": header_fields(files[f"{choice.edition}.eml"]),
        "text": files["digest.txt"].decode(),
    }


def site_view(choice: Choice, issue: Issue, site: Mapping[str, bytes]) -> dict[str, object]:
    """What the views of feeds and pages show."""
    own = urls.issue_page_name(issue.number)
    return {
        "feed_lines": views.feed_lines(site, choice.feed, issue),
        "site_pages": [name for name in site if name.endswith(".html")],
        "site_page": choice.page if choice.page in site else own,
    }


def aloud_view(
    desk: DeskContext, choice: Choice, files: Mapping[str, bytes], site: Mapping[str, bytes]
) -> dict[str, object]:
    """What a screen reader says of the edition, or of a page of the site."""
    if choice.view != "aloud":
        return {}
    page = choice.page if choice.page.endswith(".html") and choice.page in site else ""
    shown = _whole_page(site, page) if page else part_named(files, f"{choice.edition}.html")
    return {"aloud": desk.aloud.read(shown) if shown else None, "aloud_page": page}


def compared_view(
    desk: DeskContext, choice: Choice, issue: Issue, files: Mapping[str, bytes]
) -> dict[str, object]:
    """Another issue to look at beside this one, and what differs in the texts."""
    if choice.view != "compare":
        return {}
    shown = desk.live.shown
    if choice.against == "before" and choice.path == "/":
        if shown.before is None or shown.before.issue is None:
            words = "There is no earlier preview yet."
            return {"other": None, "other_words": words, "compared": ""}
        other, words, base = shown.before.files, "the preview before this one", "/before/"
        compared = ""
    elif not choice.against and issue.number == 1:
        words = "This is the first issue: there is none before it."
        return {"other": None, "other_words": words, "compared": ""}
    else:
        number = number_in(choice.against) or issue.number - 1
        try:
            other = past_issue(desk.home, number).files
        except NewsletterError as error:
            return {"other": None, "other_words": str(error), "compared": choice.against}
        words, base = f"issue {number}", f"/issues/{number}/files/"
        compared = str(number)
    return {
        "other": base,
        "other_words": words,
        "compared": compared,
        "lines": differences(other["digest.txt"].decode(), files["digest.txt"].decode()),
    }


def page_response(request: Request, site: Mapping[str, bytes], name: str) -> Response:
    """A file of the site, for a frame; a page with its style in it."""
    if not name.endswith(".html") or name not in site:
        return file_response(request, site, name)
    return framed(name, _whole_page(site, name), request.query_params)


def _whole_page(site: Mapping[str, bytes], name: str) -> bytes:
    return with_style(site[name], site.get(urls.STYLE, b""))


def file_response(request: Request, files: Mapping[str, bytes], name: str) -> Response:
    """A file, for a frame, or to keep."""
    data = part_named(files, name)
    if data is None:
        return PlainTextResponse("There is no such file.\n", 404)
    if "download" in request.query_params:
        return downloaded(name, data)
    return framed(name, data, request.query_params)
