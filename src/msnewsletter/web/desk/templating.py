"""The desk's HTML: its own templates and stylesheet, packaged with the program. Reads no home."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from msnewsletter.checks.mail_checks import CLIPPED_AT
from msnewsletter.home import GLOSSARY_NAME, NEXT_NAME, SETTINGS_NAME
from msnewsletter.render import theme, wording
from msnewsletter.render.sentences import counted
from msnewsletter.web.desk.editions import EDITIONS
from msnewsletter.web.desk.query import VIEWS, Choice
from msnewsletter.web.desk.tabs import TABS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


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
    made.globals |= {"theme": theme.THEME, "views": VIEWS, "tabs": TABS, "clipped_at": CLIPPED_AT}
    made.filters |= {
        "day": lambda instant, zone: wording.day_text(instant.astimezone(zone).date()),
        "at": lambda instant, zone: day_and_time(instant.astimezone(zone)),
        "moment": lambda instant, zone: _moment(instant.astimezone(zone)),
        "until": _until,
        "counted": counted,
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


def _until(moment: datetime, now: datetime) -> str:
    """`in 4 d 3 h`; the script keeps it true."""
    minutes = round((moment - now).total_seconds() / 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"in {days} d {hours} h"
    return f"in {hours} h {minutes % 60} min" if hours else f"in {minutes} min"


def day_and_time(instant: datetime) -> str:
    """`30 November 2026, 08:00`, in the zone that it is in."""
    return f"{wording.day_text(instant.date())}, {instant:%H:%M}"


def _moment(instant: datetime) -> str:
    """`Monday 30 November 2026, 08:00 (CET, UTC+01:00)`, in the zone that it is in."""
    day, offset = wording.day_text(instant.date()), instant.isoformat("T", "minutes")[-6:]
    return f"{instant:%A} {day}, {instant:%H:%M} ({instant.tzname()}, UTC{offset})"
