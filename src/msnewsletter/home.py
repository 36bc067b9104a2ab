"""A newsletter's home: where everything lies in its folder, and what the package brings along.

Owns the names of files and folders. Opens none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SETTINGS_NAME = "newsletter.toml"


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds one newsletter; docs/design.md has the table of its contents."""

    root: Path

    @property
    def settings(self) -> Path:
        """What the editor sets."""
        return self.root / SETTINGS_NAME

    @property
    def records(self) -> Path:
        """Frozen records of past issues."""
        return self.root / "issues"

    @property
    def templates(self) -> Path:
        """Templates that stand in for the packaged ones, one by one."""
        return self.root / "templates"

    @property
    def outbox(self) -> Path:
        """Finished mail, Maildir fashion, and the site."""
        return self.root / "outbox"

    @property
    def site(self) -> Path:
        """Feeds and pages for any web server."""
        return self.outbox / "site"

    @property
    def var(self) -> Path:
        """The program's own files."""
        return self.root / "var"

    @property
    def database(self) -> Path:
        """The SQLite database."""
        return self.var / "newsletter.db"

    @property
    def lock(self) -> Path:
        """Held (flock) by whoever publishes."""
        return self.var / "lock"

    @property
    def begun(self) -> Path:
        """There while this home, of several on one database, brings out an issue."""
        return self.var / "begun"

    def record(self, number: int) -> Path:
        """The frozen record of one issue."""
        return self.records / f"{issue_name(number)}.json"

    def shown(self, path: Path) -> str:
        """A path as the editor knows it: relative to the home where it lies inside."""
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)


def issue_name(number: int) -> str:
    """Four digits at least, so that folders sort: `0007`."""
    return f"{number:04d}"


def packaged_home() -> Path:
    """The home that the package ships: settings, sample summaries and templates.

    In a wheel it is inside the package; in a checkout it is the repository's root.
    """
    inside = Path(__file__).with_name("_home")
    return inside if inside.is_dir() else Path(__file__).parents[2]
