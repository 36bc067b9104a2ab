"""The desk's HTML: its own templates and stylesheet, packaged with the program. Reads no home."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.checks.mail_checks import CLIPPED_AT
from msnewsletter.home import GLOSSARY_NAME, NEXT_NAME, SETTINGS_NAME
from msnewsletter.render.sentences import counted
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME
from msnewsletter.web.desk import desk_words
from msnewsletter.web.desk.corrections.fate_words import offered_fates
from msnewsletter.web.desk.editions import EDITIONS
from msnewsletter.web.desk.query import VIEWS, Choice
from msnewsletter.web.desk.tabs import TABS

if TYPE_CHECKING:
    from collections.abc import Mapping


# How the view that shows a rendered file differs from the first one.
_VIEW_OF: Mapping[str, Mapping[str, str]] = {
    f"{edition}.{ending}": {"view": view, "edition": edition}
    for edition in EDITIONS
    for ending, view in {"html": "mail", "txt": "text", "eml": "source"}.items()
}

_PACKAGE = "msnewsletter.web.desk"


def page(name: str, values: Mapping[str, object], *, code: int = 200) -> HTMLResponse:
    """A screen from its template."""
    return HTMLResponse(_templates().get_template(name).render(values), code)


def stylesheet() -> Response:
    """The desk's one stylesheet, with the colours of mail and pages."""
    text = _templates().get_template("desk.css.j2").render()
    return Response(text, media_type="text/css")


def script() -> Response:
    """The desk's one script: live reload, and what a page with it does more smoothly."""
    data = files(_PACKAGE).joinpath("static", "desk.js").read_bytes()
    return Response(data, media_type="text/javascript")


@cache
def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"views": VIEWS, "tabs": TABS, "clipped_at": CLIPPED_AT}
    made.globals["theme"] = DEFAULT_THEME.values
    made.globals["offered_fates"] = offered_fates
    made.filters |= {
        "day": lambda instant, zone: ENGLISH.day(instant.astimezone(zone).date()),
        "weekday_and_time": desk_words.weekday_and_time,
        "with_dates": desk_words.with_dates,
        "sentence": desk_words.sentence,
        "stopped": desk_words.stopped,
        "unbroken": desk_words.unbroken,
        "slot_words": desk_words.slot_words,
        "contents": desk_words.contents,
        "counted": counted,
        "edited_texts": lambda texts: desk_words.edited_texts(len(texts)),
        "dates_and_journal": desk_words.dates_and_journal,
        "until": desk_words.time_left,
        "at": lambda instant, zone: desk_words.day_and_time(instant.astimezone(zone)),
        "address": address_of,
        "merged": lambda values, more: {**values, **more},
    }
    return made


def address_of(place: str) -> str:
    """The screen that shows or edits a finding's place; empty: there is none."""
    name, _, line = place.partition(":")
    if view := _VIEW_OF.get(name):
        return Choice(path="/").url(**view)
    if name == f"issues/{NEXT_NAME}":
        return f"/next?line={line}" if line.isdigit() else "/next"
    if name in {SETTINGS_NAME, GLOSSARY_NAME} or name.startswith("templates/"):
        return ""  # edited elsewhere: the place says where
    in_line = place.rpartition(":")[2].isdigit()
    return "/summary?" + urlencode({"place": place, **({"as": "text"} if in_line else {})})
