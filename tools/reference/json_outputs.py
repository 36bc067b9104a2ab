"""docs/reference/json.md: what `--json` prints, from docs/schemas/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from reference.markdown import code, page, table

_SCHEMAS: Final = Path(__file__).parents[2] / "docs" / "schemas"
_HEAD: Final = """\
# JSON outputs

What a command prints with `--json`. Each output has a JSON Schema, which names every field within a
field, too. Every field is always there. An instant is ISO 8601 with an offset."""


def json_page() -> str:
    """The page."""
    found = sorted(_SCHEMAS.glob("*.json"))
    return page(_HEAD, *(_output(one.stem, json.loads(one.read_text())) for one in found))


def _output(verb: str, schema: dict[str, Any]) -> str:
    of = schema if "properties" in schema else schema["items"]
    rows = [
        (code(name), _kind(one, schema), one["description"])
        for name, one in of["properties"].items()
    ]
    said = f"{schema['description']} Schema: [{verb}.json](../schemas/{verb}.json)."
    return "\n\n".join((f"## `{verb} --json`", said, table(("field", "type", "value"), rows)))


def _kind(one: dict[str, Any], schema: dict[str, Any]) -> str:
    """The type of a field, in the words of JSON Schema."""
    if "$ref" in one:
        named = one["$ref"].rpartition("/")[2]
        return str(named if named == "instant" else _kind(schema["$defs"][named], schema))
    if "anyOf" in one:
        return " or ".join(dict.fromkeys(_kind(each, schema) for each in one["anyOf"]))
    if "enum" in one:
        return "string or null" if None in one["enum"] else "string"
    kinds = one["type"]
    if kinds == "array":
        return f"array ({_kind(one['items'], schema)})"
    return kinds if isinstance(kinds, str) else " or ".join(kinds)
