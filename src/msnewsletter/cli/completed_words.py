"""What the Tab key proposes: names and numbers that a home's files say at a glance.

Whoever presses it waits: no settings are checked, and no database is opened. What cannot be read
proposes nothing.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msnewsletter.errors import BadValueError
from msnewsletter.home import Home
from msnewsletter.regular_file import read_regular

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import click

# The newest records whose keys are proposed, and bytes of a file: what is read within a second.
_RECORDS, _BYTES = 100, 5_000_000


def source_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The sources that are fetched, as newsletter.toml has them, whatever else is wrong there."""
    del param
    return _fitting((one["name"] for one in _sources(_home(ctx)) if one.get("name")), incomplete)


def believed_sources(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The same, and the folders."""
    del param
    found = (one.get("name") or one.get("path") for one in _sources(_home(ctx)))
    return _fitting((one for one in found if one), incomplete)


def issue_numbers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The issues that have a record or a folder in the outbox, the newest first."""
    del param
    home = _home(ctx)
    places = (home.outbox / "new", home.outbox / "sending", home.outbox / "tmp")
    names = [path.stem for path in _listed(home.records) if path.suffix == ".json"]
    names += [path.name for place in places for path in _listed(place)]
    numbers = sorted({int(name) for name in names if name.isdecimal()}, reverse=True)
    return _fitting(map(str, numbers), incomplete)


def sent_keys(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """The keys of the summaries in the newest issues, the newest first."""
    del param
    records = [path for path in _listed(_home(ctx).records) if path.stem.isdecimal()]
    newest = sorted(records, key=lambda path: int(path.stem), reverse=True)[:_RECORDS]
    return _fitting((key for path in newest for key in _keys_in(path)), incomplete)


def _home(ctx: click.Context) -> Home:
    root = ctx.find_root().params.get("root") or Path()
    return Home(root.absolute())


def _fitting(words: Iterable[str], incomplete: str) -> list[str]:
    # A shell reads a word a line; half a character cannot be printed at all.
    fitting = (word for word in words if word.startswith(incomplete) and word.isprintable())
    return [*dict.fromkeys(fitting)]


def _listed(folder: Path) -> list[Path]:
    try:
        return [*folder.iterdir()]
    except OSError:
        return []


def _sources(home: Home) -> list[dict[str, Any]]:
    try:
        text = read_regular(home.settings, limit=_BYTES).decode()
        found = tomllib.loads(text).get("sources", [])
    except (BadValueError, OSError, ValueError, RecursionError):
        return []
    named = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return [{name: value for name, value in one.items() if isinstance(value, str)} for one in named]


def _keys_in(record: Path) -> Iterator[str]:
    try:
        entries = json.loads(read_regular(record, limit=_BYTES))["issue"]["entries"]
        yield from [str(entry["summary"]["key"]) for entry in entries]
    except (BadValueError, OSError, ValueError, LookupError, TypeError, RecursionError):
        return
