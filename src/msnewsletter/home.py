"""A newsletter's home: the layout of its folder, and the home that the package ships.

Owns the names of files and folders. Opens none of them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

SETTINGS_NAME = "newsletter.toml"
NEXT_NAME = "next.md"
GLOSSARY_NAME = "glossary.md"


class Home:
    """The folder that holds one newsletter; docs/design.md has the table of its contents.

    Attributes:
        root: the folder itself.
        settings: what the editor sets.
        records: frozen records of past issues.
        takedowns: texts removed for law or harm.
        next_issue: what the editor asks for in the next issue.
        glossary: hard words and their explanations, if the editor gives any.
        templates: templates that replace packaged ones, one by one.
        outbox: finished mail, Maildir fashion, and the site.
        site: feeds and pages for any web server.
        redirects: what leads from former addresses of the site to its present one.
        var: the program's own files.
        fetched: what was fetched, a folder a source.
        fetch_lock: held (flock) by whoever fetches.
        database: the SQLite database.
        subscribers: the SQLite database of subscribers, which nothing can make again.
        kept_databases: the SQLite databases of a home that was moved to PostgreSQL, as they were.
        journals: what a sender under way has noted, a folder a run.
        workers: what workers that run in this home have noted, a folder a worker.
        delivery_lock: held (flock) by whoever delivers.
        push_lock: held (flock) by whoever pushes the site.
        lock: held (flock) by whoever publishes.
        clock_lock: held (flock) by the one clock that works here.
        reset: names the archive while a reset is under way.
        claim: the claim token; it exists while this home, of several on one database, releases an
            issue.
    """

    def __init__(self, root: Path) -> None:
        self.root: Final = root
        self.settings: Final = root / SETTINGS_NAME
        self.records: Final = root / "issues"
        self.takedowns: Final = self.records / "takedowns.json"
        self.next_issue: Final = self.records / NEXT_NAME
        self.glossary: Final = root / GLOSSARY_NAME
        self.templates: Final = root / "templates"
        self.outbox: Final = root / "outbox"
        self.site: Final = self.outbox / "site"
        self.redirects: Final = self.outbox / "redirects"
        self.var: Final = root / "var"
        self.fetched: Final = self.var / "sources"
        self.fetch_lock: Final = self.var / "fetch.lock"
        self.database: Final = self.var / "newsletter.db"
        self.subscribers: Final = self.var / "subscribers.db"
        self.kept_databases: Final = self.var / "before-postgresql"
        self.journals: Final = self.var / "delivery"
        self.workers: Final = self.var / "workers"
        self.delivery_lock: Final = self.var / "delivery.lock"
        self.push_lock: Final = self.var / "push.lock"
        self.lock: Final = self.var / "lock"
        self.clock_lock: Final = self.var / "clock.lock"
        self.reset: Final = root / ".reset"  # not in var/, which a reset moves away
        self.claim: Final = self.var / "begun"  # as older versions named it: homes have it

    def record(self, number: int) -> Path:
        """The frozen record of one issue."""
        return self.records / f"{issue_name(number)}.json"

    def display_path(self, path: Path) -> str:
        """A path as the editor knows it: relative to the home where it is inside."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


# What a column of a database's integers holds.
GREATEST_ISSUE: Final = 2**31 - 1


def issue_name(number: int) -> str:
    """Four digits at least, so that folders sort: `0007`."""
    return f"{number:04d}"


def packaged_home() -> Path:
    """The home that the package ships: settings, sample summaries and templates.

    In a wheel it is inside the package; in a checkout it is the repository's root.
    """
    inside = Path(__file__).with_name("_home")
    return inside if inside.is_dir() else Path(__file__).parents[2]
