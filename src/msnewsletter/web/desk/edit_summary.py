"""`/summary`: the file of one summary as a form, or as the text that it is, saved to that file.

What is saved passes the reader's own validation first; a newer file is never overwritten unseen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlencode

from starlette.routing import Route

from msnewsletter.errors import NewsletterError, StaleError
from msnewsletter.publisher.editing import summary as editing
from msnewsletter.publisher.editing.summary import SummarySource
from msnewsletter.sources.fields import FRONT_FIELDS
from msnewsletter.sources.front_matter_form import Form
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.templating import page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response


class FormField(NamedTuple):
    """A field as the form asks for it; `lines` is more than 1 where it may have paragraphs."""

    label: str
    hint: str = ""
    lines: int = 1


_ASKED: Mapping[str, FormField] = {
    "key": FormField("Key", "Its permanent name; without one, the file’s. Never changed."),
    "title": FormField("Short title", "At most 70 characters; for lists and cards"),
    "published": FormField("Published", "2026-11-20, or 2026-11-20T08:00+01:00"),
    "journal": FormField("Journal", "As it writes its own name"),
    "cover_date": FormField("The journal’s own date", "2026-12 or 2026-12-31; only shown"),
    "studied_in": FormField("Studied in", "mice, cells, 16 people; never guessed"),
    "doi": FormField("DOI", "10.1000/abc123"),
    "pmid": FormField("PubMed number"),
    "url": FormField("Its page elsewhere", "A whole web address"),
    "evidence": FormField(
        "Kind of study",
        "trial, observational, review or laboratory; peer reviewed or preprint",
    ),
    "participants": FormField("Participants", "How many took part, e.g. 16 people"),
    "population": FormField("Who they are", "E.g. adults with relapsing MS, in Spain"),
    "paper_title": FormField("The paper’s own title"),
    "authors": FormField("Its authors", "Separated by semicolons: Smith, J.; Lee, B.", lines=2),
    "funding": FormField("Who paid for the study"),
    "interests": FormField("What its authors declared", "Their interests"),
    "tags": FormField("Tags", "Separated by commas"),
    "teaser": FormField("Teaser", "Without one it is made from what was found", lines=2),
    "key_messages": FormField("Key messages", "One to three, a line each", lines=3),
    "caution": FormField(
        "Caution in short", "Without one it is the first sentences of the cautions", lines=2
    ),
    "language": FormField("Language", "If not the newsletter’s, e.g. de or pt-BR"),
    "disclaimer": FormField("Disclaimer", "In place of the newsletter’s own", lines=2),
    "written_by": FormField("Written by", "ai, people, or ai and people; default: the settings"),
    "reviewed_by": FormField("Checked by", "The person who checked the text, and their role"),
    "reviewed_on": FormField("Checked on", "2026-11-20"),
    "status": FormField("Status", "live, corrected, expression of concern, withdrawn or retracted"),
    "note": FormField("Why it was corrected or taken back", lines=3),
}


def summary_screen(request: Request) -> Response:
    """The file that a place is in; POST saves it."""
    if request.method == "POST":
        return _save(request)
    place = request.query_params.get("place", "")
    source = editing.read_summary_source(desk_of(request).home, place)
    as_text = request.query_params.get("as") == "text"
    return _screen(request, source, None if as_text else editing.source_form(source))


def _save(request: Request) -> Response:
    home, given = desk_of(request).home, form_in(request)
    place, version = given.get("place", ""), given.get("version", "")
    form = _form(given) if "body" in given else None
    text = given.get("text", "")
    try:
        if form:
            editing.save_summary_form(home, place, form, version=version)
        else:
            editing.save_summary_source(home, place, text, version=version)
    except NewsletterError as error:
        # Whatever was wrong, nothing that somebody typed is lost.
        try:
            source = editing.read_summary_source(home, place)
        except NewsletterError:  # the file is gone, or no source of ours any more
            source = SummarySource(location=place, format="markdown", text="", version="")
        return _screen(request, source, form, error=error, text=text, version=version)
    where = f"/summary?{urlencode({'place': place})}"
    return back(request, where, good=True, text=f"Saved to {place}.")


def _form(given: Mapping[str, str]) -> Form:
    fields = {name: given[name] for name in FRONT_FIELDS if name in given}
    return Form(fields=fields, body=given["body"])


def _screen(
    request: Request,
    source: SummarySource,
    form: Form | None,
    *,
    error: NewsletterError | None = None,
    text: str | None = None,
    version: str | None = None,
) -> Response:
    place = request.query_params.get("place", "") if error is None else error.place
    theirs = error.text if isinstance(error, StaleError) else None
    if theirs is not None or version is None:
        version = source.version  # now that both are shown, the next save may replace it
    values = desk_of(request).common(request) | {
        "source": source,
        "form": form,
        "line": place.rpartition(":")[2] if place.rpartition(":")[2].isdigit() else "",
        "can_form": editing.source_form(source) is not None,
        "asked": _ASKED,
        "text": source.text if text is None else text,
        "version": version,
        "error": error,
        "theirs": theirs,
    }
    return page("summary.html.j2", values, code=409 if error else 200)


ROUTES = [Route("/summary", summary_screen, methods=["GET", "POST"])]
