"""JSONPath (RFC 9535): where a value is in a JSON document. Pure.

Owns the words about a path that is wrong, and how much one path may find.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.errors import BadValueError, printable

if TYPE_CHECKING:
    from jsonpath_rfc9535 import JSONPathQuery

_LENGTH: Final = 500
# Values at one path of one document, at most: more are no summaries.
MOST_FOUND: Final = 10_000
# In front of the path of a value that holds HTML.
_HTML: Final = "html:"
_REMEDY = "write it from the top on, e.g. $.title or $.data[*]"


class JsonPath:
    """A compiled path.

    Attributes:
        text: as it was written.
    """

    def __init__(self, text: str, query: JSONPathQuery) -> None:
        self.text = text
        self._query = query

    def values_in(self, value: Any) -> list[Any]:  # noqa: ANN401  (any JSON value)
        """What is there, at most one more than MOST_FOUND values.

        Raises BadValueError where it is nested too deeply.
        """
        # Importing it takes longer than most commands: only those with a path pay for it.
        from jsonpath_rfc9535 import JSONPathError  # noqa: PLC0415

        try:
            found = self._query.finditer(value)
            return [node.value for node in islice(found, MOST_FOUND + 1)]
        except (JSONPathError, RecursionError):
            problem = f"{self.text} cannot be followed there: it is nested too deeply"
            raise BadValueError(problem, "name the way without '..'") from None

    @property
    def parent(self) -> JsonPath | None:
        """The path less its last step; None: it has none."""
        steps = self._query.segments
        if not steps:
            return None
        return JsonPath(self.text, type(self._query)(env=self._query.env, segments=steps[:-1]))


@lru_cache(maxsize=256)
def compiled(text: str) -> JsonPath:
    """The path that a text names; raises BadValueError."""
    from jsonpath_rfc9535 import JSONPathError, compile  # noqa: A004, PLC0415  (as above)

    if len(text) > _LENGTH:
        raise BadValueError(f"it is longer than {_LENGTH} characters", "write a shorter JSONPath")
    try:
        return JsonPath(text, compile(text))
    except JSONPathError as error:
        said = printable(str(error.args[0] if error.args else error))
        problem, remedy = f"it is not a JSONPath ({said})", _REMEDY
    except (RecursionError, ValueError):
        problem, remedy = "it is not a JSONPath", _REMEDY
    if not text.startswith("$") and _is_path(f"$.{text}"):
        remedy = f"did you mean '$.{text}'?"
    raise BadValueError(problem, remedy)


def _is_path(text: str) -> bool:
    try:
        compiled(text)
    except BadValueError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPath:
    """Where a field's value is in an object.

    Attributes:
        path: of the value.
        html: the value is HTML, and its text is wanted.
    """

    path: JsonPath
    html: bool


def field_path(text: str) -> FieldPath:
    """What the settings say of a field: a path, or `html:` and a path; raises BadValueError."""
    html = text.startswith(_HTML)
    return FieldPath(path=compiled(text.removeprefix(_HTML).strip()), html=html)
