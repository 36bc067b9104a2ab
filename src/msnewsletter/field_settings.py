"""Fields of a summary, and where they are, as `fields` and `select` of newsletter.toml say it.

Owns which fields a source can give, and the messages about wrong ones. Pure.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Final

from pydantic import AfterValidator

from msnewsletter.css_selector import refuse_bad_selector
from msnewsletter.errors import BadValueError
from msnewsletter.json_path import compiled, field_path
from msnewsletter.model import Summary
from msnewsletter.text import did_you_mean, required_line
from msnewsletter.type_name import TypeName

# What we find out ourselves, and the cards of a page, which no other source has.
_NOT_GIVEN: Final = frozenset({"related", "location", "first_seen", "changed_on"})
# Those that a heading of a page may name.
SECTION_NAMES: Final = ("found", "why_it_matters", "cautions", "key_messages", "disclaimer")
SUMMARY_FIELDS: Final = tuple(one.name for one in fields(Summary) if one.name not in _NOT_GIVEN)


def _field_name(name: str) -> str:
    if name not in SUMMARY_FIELDS:
        every = f"use one of {', '.join(SUMMARY_FIELDS)}"
        remedy = did_you_mean(name.lower(), SUMMARY_FIELDS, otherwise=every)
        raise BadValueError("no summary has this field", remedy)
    return name


def _json_path(text: str) -> str:
    compiled(text)
    return text


def _field_path(text: str) -> str:
    field_path(text)
    return text


def _section_name(text: str) -> str:
    if text not in SECTION_NAMES:
        every = f"use one of {', '.join(SECTION_NAMES)}"
        remedy = did_you_mean(text.lower(), SECTION_NAMES, otherwise=every)
        raise BadValueError("no summary has this section", remedy)
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
