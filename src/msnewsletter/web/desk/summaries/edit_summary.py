"""`/summary`: one summary, where it stands, and its file as a form or as the text that it is.

What is saved passes the reader's own validation first; a newer file is never overwritten unseen. An
edit of what was sent is shown as readers will see it, before it is saved.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError, StaleError
from msnewsletter.publisher.editing import override as overriding
from msnewsletter.publisher.editing import summary as editing
from msnewsletter.publisher.editing.new_summary import put_back
from msnewsletter.publisher.editing.sent_edit import sent_edit
from msnewsletter.publisher.editing.summary import SummarySource
from msnewsletter.settings import load_settings
from msnewsletter.sources.markdown_writer import markdown_of
from msnewsletter.text_diff import differences
from msnewsletter.web.desk.query import key_in
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.summaries.known_state import known_state
from msnewsletter.web.desk.summaries.overrides import fetched_screen
from msnewsletter.web.desk.summaries.summary_form import GROUPS, LABELS, fault_of, form_given
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.issue.edits import PostSendEdit
    from msnewsletter.publisher.editing.summary_state import SummaryState
    from msnewsletter.sources.front_matter_form import Form

# What the buttons say below an edit that was shown: it is saved, and the second writes a note.
_SEEN = ("save", "correct")


def summary_screen(request: Request) -> Response:
    """The file that a place, or a key, is in; POST saves it. What was fetched is `overrides.py`'s.

    A summary whose file is gone is shown as it was last read.
    """
    if request.method == "POST":
        with desk_of(request).live.saving():
            return _save(request)
    desk, place = desk_of(request), request.query_params.get("place", "")
    key = key_in(request.query_params)
    state = known_state(desk, key)
    if not place and key:
        if state is None:
            remedy = "look for it under Summaries"
            raise RefusedError(key, "there is no summary with this key", remedy)
        if not state.has_file:
            return _without_file(request, state)
        place = state.place
    as_text = request.query_params.get("as") == "text"
    fetched = overriding.fetched_at(desk.home, place, at=desk.live.now())
    if fetched:
        return fetched_screen(request, fetched, None if as_text else fetched.form)
    source = editing.read_summary_source(desk.home, place)
    return _screen(request, source, None if as_text else editing.source_form(source), state=state)


def _without_file(request: Request, state: SummaryState) -> Response:
    desk, text = desk_of(request), ""
    if state.shown.headline:
        language = load_settings(desk.home.settings).newsletter.effective_words
        text = markdown_of(state.shown, language=language)
    values = desk.common(request) | {
        "state": state,
        "text": text,
    }
    return page("summaries/without_file.html.j2", values)


def _save(request: Request) -> Response:
    home, given = desk_of(request).home, form_in(request)
    place, version = given.get("place", ""), given.get("version", "")
    form = form_given(given) if "body" in given else None
    text, after = given.get("text", ""), given.get("next", "")
    try:
        source = editing.read_summary_source(home, place) if version else None
        if source and after == "write":
            return _screen(request, source, form, text=text, version=version)
        if source is None:
            put_back(home, place, form or text)
        elif not editing.says(source, form or text):  # a button that is pressed twice
            editing.refuse_stale(source, version)
            whole = editing.text_with_form(source, form) if form else text
            editing.check_summary_text(home, place, whole, version=version)
            edit = None if after in _SEEN else _edit(request, place, whole, version)
            if edit:
                return _edit_screen(request, place, edit)
            editing.save_summary_source(home, place, whole, version=version)
    except NewsletterError as error:
        return _not_saved(request, place, form, error, text=text, version=version)
    return back(request, _next_screen(place, source, after), good=True, text=f"Saved to {place}.")


def _next_screen(place: str, source: SummarySource | None, after: str) -> str:
    """What was saved; or the form in which readers are told of it."""
    if after == "correct" and source and source.key:
        return f"/corrections/new?{urlencode({'key': source.key, 'as': 'corrected'})}"
    return f"/summary?{urlencode({'place': place})}"


def _edit(request: Request, place: str, text: str, version: str) -> PostSendEdit | None:
    """What an edit changes for readers; None: nothing, or nobody can say now."""
    desk = desk_of(request)
    try:
        return sent_edit(desk.home, place, text, version=version, at=desk.live.now())
    except NewsletterError:
        return None  # a broken template keeps nobody from saving; every screen names it


def _edit_screen(request: Request, place: str, edit: PostSendEdit) -> Response:
    desk, given = desk_of(request), form_in(request)
    values = desk.common(request) | {
        "place": place,
        "edit": edit,
        "changes": [
            (LABELS.get(one.field, one.field), differences(one.before, one.after))
            for one in edit.changes
        ],
        "given": {name: text for name, text in given.items() if name not in {"token", "next"}},
    }
    return page("summaries/edit_shown.html.j2", values)


def _not_saved(
    request: Request,
    place: str,
    form: Form | None,
    error: NewsletterError,
    *,
    text: str,
    version: str,
) -> Response:
    """The words that were not saved, with why: nothing that somebody typed is lost."""
    gone = False
    try:
        source = editing.read_summary_source(desk_of(request).home, place)
    except NewsletterError:  # the file is gone, or no source of ours any more
        source = SummarySource(location=place, format="markdown", text="", version="")
        gone, version = True, ""
    return _screen(request, source, form, error=error, text=text, version=version, gone=gone)


def _screen(
    request: Request,
    source: SummarySource,
    form: Form | None,
    *,
    error: NewsletterError | None = None,
    text: str | None = None,
    version: str | None = None,
    gone: bool = False,
    state: SummaryState | None = None,
) -> Response:
    place = request.query_params.get("place", "") if error is None else error.place
    theirs = error.text if isinstance(error, StaleError) else None
    if theirs is not None or version is None:
        version = source.version  # now that both are shown, the next save may replace it
    desk = desk_of(request)
    fetched = overriding.fetched_under(desk.home, source)
    values = desk.common(request) | {
        "source": source,
        "state": state or known_state(desk, source.key or ""),
        "form": form,
        "line": place.rpartition(":")[2] if place.rpartition(":")[2].isdigit() else "",
        "can_form": editing.source_form(source) is not None,
        "groups": GROUPS,
        "labels": LABELS,
        "text": source.text if text is None else text,
        "version": version,
        "error": error,
        "fault": fault_of(error) if form else None,
        "theirs": theirs,
        "gone": gone,
        "overridden": [(one, differences(one.text, source.as_written)) for one in fetched],
        "zone": desk.zone,
    }
    return page("summaries/summary.html.j2", values, code=409 if error else 200)


ROUTES = [Route("/summary", summary_screen, methods=["GET", "POST"])]
