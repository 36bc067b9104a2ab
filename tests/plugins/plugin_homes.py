"""What the tests of plugins have in common: code of plugins, and what came of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from homes import command, write_summary
from msnewsletter.plugins import PluginGroup

if TYPE_CHECKING:
    from msnewsletter.home import Home

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
AT = ("--at", "2026-11-23T08:00")
SOURCES, CHECKS, OUTBOX = (str(one) for one in PluginGroup)

OBJECT = (
    '{"key": "good", "headline": "It is good.", "published": "2026-11-20", "found": "A thing.", '
    '"why_it_matters": "So.", "cautions": "It was small."}'
)
GOOD = f"def work(request):\n    yield {OBJECT}\n"
# Never returns.
HANGS = "def work(given):\n    import threading\n    threading.Event().wait()\n"
# A consumer that notes what it is notified of, while no file `shut` is there.
NOTED = (
    "from pathlib import Path\ndef work(released):\n"
    "    log = Path(released.folder, '..', '..', '..', 'notified.txt')\n"
    "    if Path(log.parent, 'shut').exists(): raise OSError('shut')\n"
    "    with log.open('a') as file: file.write(f'{released.number} {released.page}\\n')\n"
)


def notified(home: Home) -> list[str]:
    path = home.root / "notified.txt"
    return path.read_text().splitlines() if path.exists() else []


def publish(home: Home, key: str, at: str) -> None:
    write_summary(home, key)
    done = command(home, "publish", "--at", at)
    assert done.returncode == 0, done.stderr
