"""What feedparser makes of some bytes is kept: tests publish the same feeds hundreds of times.

Publishing reads each feed as feed readers do, which is a tenth of its work.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import feedparser

_read = feedparser.parse
# Of some kilobytes each; larger ones are those of one test.
_KEPT, _LARGEST = 200, 50_000
_read_once = lru_cache(_KEPT)(_read)


def keep_parsed_feeds() -> None:
    """Have feedparser parse the same bytes once, from now on; addresses are asked as ever."""
    feedparser.parse = _parse


def _parse(source: Any, *words: Any, **options: Any) -> Any:
    if isinstance(source, bytes) and len(source) <= _LARGEST and not words:
        return _read_once(source, **options)
    return _read(source, *words, **options)
