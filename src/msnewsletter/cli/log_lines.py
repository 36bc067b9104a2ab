"""The clock's log: one line an event, as text or JSON, without mail addresses."""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msnewsletter.errors import printable
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from datetime import tzinfo


def log_to_stderr(*, as_json: bool, zone: tzinfo = UTC) -> None:
    """Send the clock's events to standard error, one line each; lines of text in this zone."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(as_json=as_json, zone=zone))
    logger = logging.getLogger("msnewsletter")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


class _Lines(logging.Formatter):
    def __init__(self, *, as_json: bool, zone: tzinfo) -> None:
        super().__init__()
        self._as_json = as_json
        self._zone = UTC if as_json else zone

    def format(self, record: logging.LogRecord) -> str:
        """One line: time with its offset, level, event, and its facts."""
        at = datetime.fromtimestamp(record.created, self._zone).isoformat(timespec="seconds")
        facts = {name: _safe(value) for name, value in getattr(record, "facts", {}).items()}
        level, event = record.levelname.lower(), record.getMessage()
        if self._as_json:
            line = {"at": at, "level": level, "event": event, **facts}
            return json.dumps(line, ensure_ascii=False)
        words = [f"{name}={_word(value)}" for name, value in facts.items()]
        return " ".join([at, level.ljust(7), event, *words])


def _safe(value: object) -> object:
    return without_addresses(printable(value)) if isinstance(value, str) else value


def _word(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if re.search(r'[\s"]', text) else text
