"""docs/reference/settings.md: every setting with its type, default and meaning."""

from __future__ import annotations

import json
import types
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin
from typing import get_type_hints as type_hints

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from msnewsletter.settings import Settings
from msnewsletter.source_settings import KINDS, FetchedSource
from msnewsletter.type_name import TypeName
from reference.attribute_docstrings import below, introduction
from reference.markdown import code, page, table

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEAD: Final = """\
# Settings

`newsletter.toml` in the home. Unknown names are refused. A setting without a default is required;
"none" means that it may be left out. Passwords and addresses of databases are in no file: they are
[variables of the environment](environment.md)."""
_PLAIN: Final = {bool: "`true`, `false`", str: "text", date: "date"}


def settings_page() -> str:
    """The page."""
    return page(_HEAD, *(_section(heading, kind) for heading, kind in sections()))


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Each section of newsletter.toml with its heading, in order; last, the kinds of sources."""
    for name, field in Settings.model_fields.items():
        kinds = (field.annotation, *get_args(field.annotation))
        for kind in kinds:
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield f"`[{name}]`", kind
    yield "`[[sources]]`, all that are fetched", FetchedSource
    for name, kind in KINDS.items():
        yield f"`[[sources]]`, kind `{name}`", kind


def default_of(field: FieldInfo) -> str:
    """A setting's default, as TOML in backquotes; "none" where it may be left out."""
    if field.default is PydanticUndefined:
        return ""
    if field.default is None:
        return "none"
    return code(json.dumps([] if field.default == () else field.default))


def type_of(annotation: Any) -> str:  # noqa: ANN401  (whatever stands behind a name)
    """What a setting may be, in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _annotated(inner[0], inner[1:])
    if origin in {Union, types.UnionType}:
        return " or ".join(type_of(one) for one in inner if one is not type(None))
    if origin is Literal:
        return ", ".join(code(json.dumps(one)) for one in inner)
    if origin in {tuple, dict}:
        of = inner[0] if origin is tuple else inner[1]
        is_section = isinstance(of, type) and issubclass(of, BaseModel)
        called = "list" if origin is tuple else "table"
        return "tables" if is_section else f"{called} ({type_of(of)})"
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(code(json.dumps(one.value)) for one in annotation)
    return _PLAIN[annotation]


def _annotated(plain: Any, notes: tuple[Any, ...]) -> str:  # noqa: ANN401  (as above)
    for note in notes:
        if isinstance(note, TypeName):
            return note.name
    bounds = [one for note in notes if isinstance(note, FieldInfo) for one in note.metadata]
    least = [one.ge for one in bounds if isinstance(one, Ge)]
    most = [one.le for one in bounds if isinstance(one, Le)]
    return f"{least[0]:,} to {most[0]:,}" if least and most else type_of(plain)


def _section(heading: str, kind: type[BaseModel]) -> str:
    says, named = below(kind), type_hints(kind, include_extras=True)
    shared = FetchedSource.model_fields.keys() - {"kind"} if kind is not FetchedSource else set()
    rows = [
        (code(name), type_of(named[name]), default_of(field), says[name])
        for name, field in kind.model_fields.items()
        if not (issubclass(kind, FetchedSource) and name in shared)
        and not (kind is FetchedSource and name == "kind")
    ]
    said = introduction(kind).removeprefix(f"{heading}: ")
    said = said[0].upper() + said[1:]
    return f"## {heading}\n\n{said}\n\n{table(('setting', 'type', 'default', 'meaning'), rows)}"
