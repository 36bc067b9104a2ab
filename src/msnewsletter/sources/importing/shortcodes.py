"""WordPress's shortcodes: what it replaces when it shows a text, e.g. `[gallery ids="1"]`. Pure.

An export has them as they are written. Those that hold a picture, a player or a list of files go as
a whole; of a pair around a text the text stays. One alone that is not known stays, for it may be
words in brackets: checks find it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Final

_TAG: Final = re.compile(r"\[(?P<end>/?)(?P<name>[A-Za-z][\w-]{0,40})(?P<rest>\s[^\[\]]*)?/?\]")
# Of WordPress itself: pictures and players, which no summary has.
_WHOLE: Final = frozenset(
    {"caption", "wp_caption", "gallery", "playlist", "audio", "video", "embed"}
)


def without_shortcodes(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without them, and the names of those that were taken out, each once."""
    tags = list(_TAG.finditer(text)) if "[" in text else []
    ends: defaultdict[str, list[int]] = defaultdict(list)
    for tag in tags:
        if tag["end"]:
            ends[tag["name"].lower()].append(tag.end())
    kept, names, at = [], [], 0
    for tag in tags:
        name = tag["name"].lower()
        if tag.start() < at or not (name in _WHOLE or ends[name]):
            continue
        kept.append(text[at : tag.start()])
        names.append(name)
        at = tag.end()
        if name in _WHOLE and not tag["end"]:
            # Ends are in the order of the text: the first that comes after it is its own.
            while ends[name] and ends[name][0] < at:
                ends[name].pop(0)
            at = ends[name][0] if ends[name] else at
    return "".join((*kept, text[at:])), tuple(dict.fromkeys(names))
