"""When what the files of the site say changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTimes:
    """When what files say changed, aware, by path; of others it is `newest`."""

    moments: Mapping[str, datetime]
    newest: datetime
