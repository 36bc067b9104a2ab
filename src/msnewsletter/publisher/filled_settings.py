"""The packaged newsletter.toml, with all its comments, and settings filled in.

Owns how a setting stands in that file, and how a value is written there.
"""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Final

from msnewsletter.home import SETTINGS_NAME, packaged_home

if TYPE_CHECKING:
    from collections.abc import Mapping

# The header of a section, and a setting, each perhaps behind a comment's sign.
SECTION: Final = re.compile(r"(?:# )?\[+(\w+)\]+")
SETTING: Final = re.compile(r"(?:# )?(\w+) = ")


def packaged_settings() -> str:
    """The newsletter.toml that the program ships: an example with every usual setting."""
    return (packaged_home() / SETTINGS_NAME).read_text(encoding="utf-8")


def filled_settings(values: Mapping[tuple[str, str], object]) -> str:
    """The packaged settings with these values, by section and name, each where it stands there.

    Raises KeyError for a setting that does not stand there.
    """
    left, section, lines = dict(values), "", []
    for line in packaged_settings().splitlines():
        if found := SECTION.match(line):
            section = found[1]
        elif (found := SETTING.match(line)) and (section, found[1]) in left:
            lines.append(f"{found[1]} = {toml_value(left.pop((section, found[1])))}")
            continue
        lines.append(line)
    if left:
        raise KeyError(*left)
    return "\n".join(lines) + "\n"


def toml_value(value: object) -> str:
    """A value as TOML; a text is printable, so its JSON is a basic string of TOML."""
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False)
