"""What a template says in the newsletter's own words: `_`, `{% trans %}` and dates. Pure."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import pass_context, pass_eval_context
from markupsafe import Markup, escape

from msnewsletter.catalogues.own_words import fill
from msnewsletter.render.foreseen_size import count_made, foresee_format

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from jinja2.nodes import EvalContext
    from jinja2.runtime import Context

    from msnewsletter.catalogues.own_words import OwnWords

_DAY = "written_day"


def template_words(words: OwnWords) -> dict[str, Any]:
    """The values by which a template speaks in these words, by the names that Jinja gives them.

    `{% trans %}` calls `gettext` and `ngettext`; so does `_`, which Jinja has already.
    """
    return {
        _DAY: words.day,
        "gettext": pass_eval_context(partial(_said, words)),
        "ngettext": pass_eval_context(partial(_said_many, words)),
    }


def _said(words: OwnWords, around: EvalContext, text: str, /, **values: object) -> str:
    return _filled(words.translated(text), values, around)


def _said_many(
    words: OwnWords, around: EvalContext, one: str, many: str, count: int, /, **values: object
) -> str:
    return _filled(words.form(one, many, count), {"num": count, **values}, around)


def _filled(text: str, values: Mapping[str, object], around: EvalContext) -> str:
    """The text with its values; between tags these are escaped, and the text may hold tags."""
    # A home's template may give any text and any values.
    foresee_format(text, dict(values))
    if not around.autoescape:
        return str(count_made(fill(text, values)))
    shown = fill(text, {name: escape(one) for name, one in values.items()})
    return Markup(count_made(shown))  # noqa: S704  (its values are escaped right above)


@pass_context
def day(context: Context, one: date) -> str:
    """The filter `day`: a day for people, in the words of the rendering."""
    written: Callable[[date], str] = context[_DAY]
    return written(one)
