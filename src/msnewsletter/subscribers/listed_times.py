"""Times as programs write them into lists of subscribers. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

# ISO 8601, or as Go prints a time: `2023-05-01 10:20:30.123456 +0000 UTC` (listmonk).
_TIME: Final = re.compile(
    r"(\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?)"
    r" ?(Z|[+-]\d\d:?\d\d)?(?: [A-Z+\-\d]{1,5})?"
)


def listed_time(text: str) -> datetime | None:
    """The instant that a cell says, aware; without an offset it is UTC. None: it says none."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    try:
        at = datetime.fromisoformat(f"{found[1]}{found[2] or ''}")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
