"""Fields of a summary, and where they are, as `fields` and `select` of newsletter.toml say it.

Owns which fields a source can give, and the messages about wrong ones. Pure.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import AfterValidator

from msnewsletter.css_selector import refuse_bad_selector
from msnewsletter.errors import BadValueError
from msnewsletter.json_path import compiled, field_path
from msnewsletter.model import Summary
from msnewsletter.text import did_you_mean, required_line
from msnewsletter.type_name import TypeName

if TYPE_CHECKING:
    from collections.abc import Sequence

# What we find out ourselves, and the cards of a page, which no other source has.
_NOT_GIVEN: Final = frozenset({"related", "location", "first_seen", "changed_on"})
# Those that a heading of a page may name.
SECTION_NAMES: Final = ("found", "why_it_matters", "cautions", "key_messages", "disclaimer")
SUMMARY_FIELDS: Final = tuple(one.name for one in fields(Summary) if one.name not in _NOT_GIVEN)


def _one_of(names: Sequence[str], text: str, problem: str) -> str:
    if text not in names:
        every = f"use one of {', '.join(names)}"
        raise BadValueError(problem, did_you_mean(text.lower(), names, otherwise=every))
    return text


def _field_name(name: str) -> str:
    return _one_of(SUMMARY_FIELDS, name, "no summary has this field")


def _section_name(name: str) -> str:
    return _one_of(SECTION_NAMES, name, "no summary has this section")


def _json_path(text: str) -> str:
    compiled(text)
    return text


def _field_path(text: str) -> str:
    field_path(text)
    return text


def _selector(text: str) -> str:
    refuse_bad_selector(text)
    return text


FieldName = Annotated[str, AfterValidator(_field_name), TypeName("field")]
# A section of a summary, that a heading on a page may name.
SectionName = Annotated[str, AfterValidator(_section_name), TypeName("section")]
SelectorText = Annotated[
    str, AfterValidator(required_line), AfterValidator(_selector), TypeName("CSS selector")
]
# A JSONPath.
JsonPathText = Annotated[
    str, AfterValidator(required_line), AfterValidator(_json_path), TypeName("JSONPath")
]
# The same, perhaps with `html:` before it.
FieldPathText = Annotated[
    str, AfterValidator(required_line), AfterValidator(_field_path), TypeName("JSONPath")
]
