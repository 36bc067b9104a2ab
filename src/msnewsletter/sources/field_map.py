"""An object of somebody else's JSON as the fields of a summary, by JSONPath. Pure.

Owns which types a field takes, and the line that says what is wrong with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from msnewsletter.errors import BadValueError, SourceError
from msnewsletter.json_path import FieldPath, field_path
from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.sources.fields import Given
from msnewsletter.sources.html.html_piece import markup_in, text_of_html
from msnewsletter.sources.json_values import JsonObject, kind_of
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Mapping

# Ids and PubMed numbers are numbers in many places; any other number lacks the words around it.
_WHOLE: Final = frozenset({"key", "pmid"})
# Several values are their paragraphs.
_PARAGRAPHS: Final = frozenset({"found", "why_it_matters", "cautions", "note"})
# Names and codes, in which a sign of HTML means itself, or which are read with it.
NO_TEXT: Final = frozenset({"key", "published", "cover_date", "doi", "pmid", "url"})
_DATES: Final = frozenset({"published", "cover_date", "reviewed_on"})


@dataclass(frozen=True, slots=True)
class FieldMap:
    """Where each field of a summary is in an object."""

    paths: Mapping[str, FieldPath]

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Self:
        """The map that the settings name; raises BadValueError."""
        return cls({name: field_path(text) for name, text in fields.items()})

    def fields_of(self, value: object, place: str) -> dict[str, Given]:
        """The fields that an object gives; null is the same as nothing. Raises SourceError."""
        if not isinstance(value, JsonObject):
            problem = f"is {kind_of(value)}, not an object"
            raise SourceError(place, problem, "let it be an object with the fields of a summary")
        if value.twice is not None:
            raise SourceError(place, f"{quoted_value(value.twice)} is given twice", "remove one")
        given: dict[str, Given] = {}
        for name, where in self.paths.items():
            try:
                found = _field(name, where, value)
            except BadValueError as error:
                raise SourceError(place, f"{name!r} {error.problem}", error.remedy) from None
            if found:
                given[name] = Given(value=found, place=place)
        return given

    def origins(self) -> dict[str, str]:
        """Where each field is found, for people."""
        return {name: where.path.text for name, where in self.paths.items()}


def _field(name: str, where: FieldPath, value: JsonObject) -> str | tuple[str, ...]:
    """The texts of one field, or nothing; raises BadValueError."""
    found = [one for one in where.path.values_in(value) if one is not None]
    if len(found) == 1 and isinstance(found[0], list) and name in (*LIST_FIELDS, *_PARAGRAPHS):
        [found] = found
    elif len(found) > 1 and name not in (*LIST_FIELDS, *_PARAGRAPHS):
        problem = f"has {len(found)} values at {where.path.text}"
        raise BadValueError(problem, "write a path to one of them")
    texts = tuple(_text(name, one, where) for one in found)
    if name in LIST_FIELDS:
        # One text is parted as in front matter.
        return texts[0] if len(texts) == 1 else texts
    return "\n\n".join(texts)


def _text(name: str, value: Any, where: FieldPath) -> str:  # noqa: ANN401  (any JSON value)
    if type(value) is int and name in _WHOLE:
        return str(value)
    if not isinstance(value, str):
        raise BadValueError(f"is {kind_of(value)}, not text, at {where.path.text}", _remedy(name))
    if where.html:
        return text_of_html(value)
    if name not in NO_TEXT and (sign := markup_in(value)):
        problem = f"holds HTML ({sign}) at {where.path.text}"
        raise BadValueError(problem, "write html: in front of its path")
    return value


def _remedy(name: str) -> str:
    if name in _DATES:
        return "find a value that is a day like 2026-11-20, or a time with its offset"
    return "write a path to its text"
