"""Whether the parts of the extra `cluster` are there; imports none of them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from msnewsletter.errors import SettingsError
from msnewsletter.home import SETTINGS_NAME

_PARTS: Final = ("psycopg", "psycopg_pool", "procrastinate")


def refuse_missing_parts() -> None:
    """Raise SettingsError where a part that workers need is not installed."""
    missing = [name for name in _PARTS if find_spec(name) is None]
    if missing:
        problem = f"deliver.workers needs {missing[0]}, which is not installed"
        raise SettingsError(SETTINGS_NAME, problem, "run pip install 'msnewsletter[cluster]'")
