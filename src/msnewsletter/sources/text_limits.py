"""How long each text of a summary may be, and the line that says that one is too long. Pure.

A text that is far longer than any real one is something else: a whole paper, a table, a mistake.
It would make the mail, feeds and pages of all others useless, so its summary alone is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError
from msnewsletter.list_fields import LIST_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping

# UTF-8 bytes of a section; the longest that we know has 2 kB. And its lines: each is a paragraph
# or a point of a list at most, and costs hundreds of bytes of HTML in a dozen files.
SECTION_LIMIT: Final = 200_000
LINES_LIMIT: Final = 5_000
SECTIONS: Final = ("found", "why_it_matters", "cautions")
# Characters. Feeds, lists and titles of pages show 300 of a headline, and its page all of it.
LIMITS: Final[Mapping[str, int]] = {
    "headline": 2_000,
    "disclaimer": 1_000,
    "teaser": 1_000,
    "note": 5_000,
    "journal": 500,
    "studied_in": 500,
    "participants": 500,
    "reviewed_by": 500,
    "population": 1_000,
    "paper_title": 1_000,
    "funding": 3_000,
    "interests": 10_000,
    "url": 2_000,
    "related": 1_000,  # the teaser of one card
    "written_by": 200,
    "status": 200,
    "language": 200,
}
# Of each text of a list.
EACH_LIMITS: Final[Mapping[str, int]] = {"authors": 200, "tags": 100}
RELATED_LIMIT: Final = 200  # cards
# Of a list that is written as one text; what no list may have is said of the parts.
_LIST_LIMIT = 50_000


def over_limit(name: str, text: str) -> BadValueError | None:
    """What is wrong where the text of a field is over its limit; None: it is not."""
    if name in SECTIONS:
        return _section_over_limit(text)
    limit = _LIST_LIMIT if name in LIST_FIELDS else LIMITS.get(name)
    return None if limit is None or len(text) <= limit else _long(text, limit)


def each_over_limit(name: str, text: str) -> BadValueError | None:
    """What is wrong where one text of a list is over the limit of its field."""
    limit = EACH_LIMITS[name]
    return None if len(text) <= limit else _long(text, limit, of="one ")


def too_many_cards(count: int) -> BadValueError | None:
    """What is wrong with so many related summaries."""
    if count <= RELATED_LIMIT:
        return None
    return BadValueError(f"are {count:,}", f"keep the {RELATED_LIMIT} that matter most")


def _long(text: str, limit: int, *, of: str = "") -> BadValueError:
    return BadValueError(f"{of}has {len(text):,} characters", f"write at most {limit:,}")


def _section_over_limit(text: str) -> BadValueError | None:
    # Few texts are so long that their bytes must be counted.
    if len(text) > SECTION_LIMIT // 4 and (size := len(text.encode())) > SECTION_LIMIT:
        return BadValueError(f"has {size:,} bytes", f"write at most {SECTION_LIMIT:,}")
    if len(text) > LINES_LIMIT and (lines := text.count("\n") + 1) > LINES_LIMIT:
        return BadValueError(f"has {lines:,} lines", f"write at most {LINES_LIMIT:,}")
    return None
