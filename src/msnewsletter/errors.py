"""What can go wrong, in one line: the place, the problem, the remedy.

The tree::

    NewsletterError
    ├── SourceError     a file, or one summary in it, cannot be read
    ├── SettingsError   newsletter.toml
    ├── RecordError     issues/NNNN.json
    ├── StoreError      the database
    ├── TemplateError   a template, or what it rendered
    ├── OutboxError     files and folders: full disk, no permission
    ├── DeliveryError   the mail server: not there, not trusted, or it refuses
    ├── PushError       the object store of the site: not there, no rights, or it refuses
    ├── PluginError     a plugin that is not there, cannot be loaded, or fails
    ├── BusyError       another process holds the lock
    ├── StaleError      a file that was to be saved has changed meanwhile
    └── RefusedError    asked for something that would break a promise

The command line prints any of them as one line and exits 1. Anything else that escapes is a bug.
"""

from __future__ import annotations


def printable(text: str) -> str:
    """The text with a replacement character for all that does not print."""
    return "".join(ch if ch.isprintable() else "\N{REPLACEMENT CHARACTER}" for ch in text)


class NewsletterError(Exception):
    """One thing that went wrong.

    Args:
        place: where, as the editor knows it: a path relative to the home, perhaps with `:line`.
        problem: what is wrong there, without a full stop.
        remedy: what to do about it, without a full stop.
    """

    def __init__(self, place: str, problem: str, remedy: str) -> None:
        super().__init__(place, problem, remedy)
        self.place = place
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        text = f"{self.place}: {self.problem}; {self.remedy}"
        # One line whatever the input held: a stray newline would break logs and terminals.
        return printable(text)


class BadValueError(ValueError):
    """A value is wrong: `problem` and `remedy`, for the NewsletterError of who knows its place."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem}; {remedy}")
        self.problem = problem
        self.remedy = remedy


class SourceError(NewsletterError):
    """A file, or one summary in it, cannot be read.

    `field` is the name of the summary's field that is at fault; empty: it is not one alone.
    """

    def __init__(self, place: str, problem: str, remedy: str, *, field: str = "") -> None:
        super().__init__(place, problem, remedy)
        self.field = field


class SettingsError(NewsletterError):
    """newsletter.toml is missing, malformed or contradicts itself."""


class RecordError(NewsletterError):
    """A frozen record under issues/ cannot be read."""


class StoreError(NewsletterError):
    """The database is broken, newer than this program, or out of space.

    `passing`: it may be well again by itself, as after a restart or with room on its disk.
    """

    def __init__(self, place: str, problem: str, remedy: str, *, passing: bool = False) -> None:
        super().__init__(place, problem, remedy)
        self.passing = passing


class TemplateError(NewsletterError):
    """A template is broken, or rendered something that is."""


class OutboxError(NewsletterError):
    """A file or folder of the home cannot be written."""


class DeliveryError(NewsletterError):
    """The mail server cannot be reached or trusted, or it refuses; never holds a mail address."""


class PushError(NewsletterError):
    """The object store of the site: not there, closed to us, or unfit; never holds a credential."""


class PluginError(NewsletterError):
    """A plugin is missing or does something wrong; names its distribution."""


class BusyError(NewsletterError):
    """Another msnewsletter holds this home's lock."""


class StaleError(NewsletterError):
    """A file changed since the editor opened it: nothing was saved.

    Args:
        place: the file.
        text: what it holds now; empty when it is gone.
        version: of what it holds now; see `disk.save.version_of`.
    """

    def __init__(self, place: str, *, text: str, version: str) -> None:
        changed = "has changed since you opened it" if version else "has gone since you opened it"
        super().__init__(place, f"{changed}, so nothing was saved", "compare the two, save again")
        self.text = text
        self.version = version


class RefusedError(NewsletterError):
    """What was asked for would break a promise, so nothing was done."""
