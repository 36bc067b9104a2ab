"""`/corrections/new`: corrects, withdraws or retracts what was sent, or makes it valid again.

A form for the summary's status and note, beside what readers know today and what they would read.
"Show" saves nothing; whatever is refused, no word that was typed is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import Route

from msnewsletter.errors import NewsletterError, RefusedError, StaleError
from msnewsletter.publisher.editing.fate import ChosenFate, preview_fate, save_fate
from msnewsletter.publisher.editing.sent_source import NeverSentError, sent_source
from msnewsletter.web.desk.corrections.fate_words import AS, KINDS, left_at_source, what_happens
from msnewsletter.web.desk.frames import framed
from msnewsletter.web.desk.kept_words import kept_words
from msnewsletter.web.desk.query import key_in
from msnewsletter.web.desk.responses import back, desk_of, form_in
from msnewsletter.web.desk.templating import page
from msnewsletter.web.desk.views import plain_text

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from msnewsletter.publisher.editing.sent_source import SentSource


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """What the form holds, and the version of the text that it was made from; None: today's."""

    key: str
    said_as: str
    note: str
    version: str | None = None

    @property
    def fate(self) -> ChosenFate:
        if self.said_as not in KINDS:
            remedy = f"choose one of {', '.join(KINDS)}"
            raise RefusedError(self.key, f"nothing can become {self.said_as!r}", remedy)
        return ChosenFate(status=KINDS[self.said_as].status, note=self.note)


def fate_screen(request: Request) -> Response:
    """The form for a key; POST shows what is typed, or saves it."""
    if request.method == "POST":
        return _posted(request)
    desk, key = desk_of(request), key_in(request.query_params)
    try:
        source = sent_source(desk.home, key, at=desk.live.now())
    except NeverSentError as error:
        return page("corrections/unsent.html.j2", desk.common(request) | {"error": error})
    today = AS[source.status]
    said_as = request.query_params.get("as") or today
    # What became of it before has a note of its own, which says nothing of what becomes of it now.
    note = source.note if said_as == today else ""
    return _screen(request, _Typed(key=key, said_as=said_as, note=note), source)


def _posted(request: Request) -> Response:
    given = form_in(request)
    typed = _Typed(
        key=given.get("key", ""),
        said_as=given.get("as", ""),
        note=given.get("note", ""),
        version=given.get("version", ""),
    )
    error = None
    if "save" in given:
        try:
            return _saved(request, typed)
        except NewsletterError as refused:
            error = refused
    desk = desk_of(request)
    try:
        source = sent_source(desk.home, typed.key, at=desk.live.now())
    except NewsletterError as refused:  # it has no form any more; its words are here still
        values = desk.common(request) | {"error": error or refused, "words": kept_words(given)}
        return page("corrections/unsaved.html.j2", values, code=409)
    return _screen(request, typed, source, error=error)


def _saved(request: Request, typed: _Typed) -> Response:
    desk, version = desk_of(request), typed.version or ""
    place = save_fate(desk.home, typed.key, typed.fate, version=version, at=desk.live.now())
    says = (
        f"{KINDS[typed.said_as].label}: saved to {place}. What waits for the next issue is below."
    )
    return back(request, "/corrections", good=True, text=says)


def _screen(
    request: Request, typed: _Typed, source: SentSource, *, error: NewsletterError | None = None
) -> Response:
    desk = desk_of(request)
    shown, cannot = None, None
    try:
        fate = typed.fate
        if source.by_hand is None:
            shown = preview_fate(desk.home, source, fate, at=desk.live.now())
    except NewsletterError as why:
        cannot = why
    # Shown beside what is there now, the form is one of that: the next save may replace it.
    is_stale = isinstance(error, StaleError)
    version = source.version if is_stale or typed.version is None else typed.version
    values = desk.common(request) | {
        "typed": typed,
        "source": source,
        "sent": source.sent,
        "version": version,
        "kinds": KINDS,
        "said_as": AS,
        "zone": desk.zone,
        "error": error,
        "is_stale": is_stale,
        "cannot": cannot,
        "told": shown,
        "at_source": left_at_source(typed.said_as, source.sent),
        "happens": what_happens(shown, source, clock=desk.live.shown.clock) if shown else (),
        "frames": desk.fates.keep(shown) if shown else "",
        "entry_words": plain_text(shown.entry.text) if shown and shown.entry else "",
    }
    return page("corrections/fate.html.j2", values, code=409 if error else 200)


def shown_part(request: Request) -> Response:
    """`/corrections/shown/NAME/mail.html`: what a frame of the form shows."""
    name, part = request.path_params["name"], request.path_params["part"]
    data = desk_of(request).fates.page(name, part)
    if data is None:
        return PlainTextResponse("This is shown no more: press “Show” again.\n", 404)
    return framed(part, data, request.query_params)


ROUTES = [
    Route("/corrections/new", fate_screen, methods=["GET", "POST"]),
    Route("/corrections/shown/{name}/{part}", shown_part),
]
