"""Plugins: functions of other distributions, which entry points name. Finds and loads them.

Whatever one does wrong is one PluginError that names its distribution: it stops nobody else. A
plugin is loaded in the process of its call alone (plugin_process.py), and where none is asked for,
nothing is looked for.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.metadata import EntryPoint, distributions, entry_points
from typing import TYPE_CHECKING, Any

from msnewsletter.errors import NewsletterError, PluginError, printable
from msnewsletter.text import without_addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from importlib.metadata import Distribution

_SHOWN = 200  # characters of what an exception says
_COUNT = ContextVar("_COUNT", default=True)  # whether plugins count


class PluginGroup(StrEnum):
    """What a plugin may add, by the name of its group of entry points."""

    SOURCES = "msnewsletter.sources"
    CHECKS = "msnewsletter.checks"
    OUTBOX = "msnewsletter.outbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """A function that a distribution offers.

    Attributes:
        group: what it adds.
        name: the entry point's; a source's is the `kind` of its settings.
        target: where it is, e.g. `calendar_source:look`.
        distribution, version: who offers it; empty: it does not say its version.
    """

    group: PluginGroup
    name: str
    target: str
    distribution: str
    version: str

    @property
    def label(self) -> str:
        """How messages name it: `calendar-source 1.0 (source 'calendar')`."""
        what = {"sources": "source", "checks": "check", "outbox": "outbox"}
        noun = what[self.group.rpartition(".")[2]]
        version = self.version or "of no known version"
        return printable(f"{self.distribution} {version} ({noun} {self.name!r})")

    def load(self) -> Callable[..., Any]:
        """The function itself; raises PluginError."""
        with self.faults("cannot be loaded"):
            found = EntryPoint(self.name, self.target, self.group).load()
        if not callable(found):
            raise self.fault(f"offers {self.target!r}, which is no function")
        function: Callable[..., Any] = found
        return function

    def fault(self, problem: str) -> PluginError:
        """The error for what it does wrong."""
        remedy = f"update {self.distribution}, or tell its authors"
        return PluginError(self.label, printable(problem), remedy)

    @contextmanager
    def faults(self, what: str) -> Iterator[None]:
        """Turn whatever it raises into a PluginError that begins so and names it.

        Of a source our own errors stay as they are: it asks the network by us.
        """
        try:
            yield
        # Whatever it is, `SystemExit` and `KeyboardInterrupt` too: nobody else raises them here.
        except BaseException as error:
            is_named = isinstance(error, PluginError) and error.place == self.label
            is_ours = isinstance(error, NewsletterError) and not isinstance(error, PluginError)
            if is_named or (is_ours and self.group is PluginGroup.SOURCES):
                raise
            problem = f"{what} ({type(error).__name__}: {without_addresses(_said(error))})"
            raise self.fault(problem) from None


def _said(error: BaseException) -> str:
    """What an error says, on one line; nothing where not even that can be asked of it."""
    try:
        return " ".join(str(error).split())[:_SHOWN]
    except Exception:  # noqa: BLE001  (others' code may do anything)
        return ""


def installed_plugins(group: PluginGroup) -> tuple[Plugin, ...]:
    """The plugins of a group, by name; two of one name are both there."""
    return tuple(one for one in all_plugins() if one.group is group)


def all_plugins() -> tuple[Plugin, ...]:
    """The plugins of all groups."""
    return _installed(tuple(sys.path)) if _COUNT.get() else ()


@contextmanager
def without_plugins() -> Iterator[None]:
    """In this block none is installed: for what is to be the same on every machine."""
    before = _COUNT.set(False)
    try:
        yield
    finally:
        _COUNT.reset(before)


def plugin_named(group: PluginGroup, name: str) -> Plugin:
    """The one plugin of a group with that name; raises PluginError."""
    found = [one for one in installed_plugins(group) if one.name == name]
    if not found:
        problem = f"no distribution that is installed offers {name!r}"
        raise PluginError(f"{group} {name!r}", problem, "install the one that does")
    if len(found) > 1:
        names = " and ".join(one.distribution for one in found)
        raise PluginError(f"{group} {name!r}", f"{names} both offer it", "uninstall one of them")
    return found[0]


@lru_cache(maxsize=4)  # to look through all that is installed takes some hundredths of a second
def _installed(path: tuple[str, ...]) -> tuple[Plugin, ...]:
    del path
    found = {
        Plugin(
            group=PluginGroup(one.group),
            name=one.name,
            target=one.value,
            # One without METADATA has no name: its module has.
            distribution=_said_by(one.dist, "Name") or one.value.partition(":")[0],
            version=_said_by(one.dist, "Version"),
        )
        for one in _entry_points()
        if one.group in set(PluginGroup)
    }
    return tuple(sorted(found, key=lambda one: (one.group, one.name, one.distribution)))


def _entry_points() -> Iterable[EntryPoint]:
    """All that is installed offers, but for what cannot be read of a distribution."""
    try:
        return [one for group in PluginGroup for one in entry_points(group=group)]
    except Exception:  # noqa: BLE001  (another distribution's file: one of them spoils all)
        return [point for one in distributions() for point in _points_of(one)]


def _points_of(distribution: Distribution) -> Iterable[EntryPoint]:
    try:
        return tuple(distribution.entry_points)
    except Exception:  # noqa: BLE001  (whatever was left of an installation)
        return ()


def _said_by(distribution: Distribution | None, field: str) -> str:
    """What its METADATA says; empty: nothing that can be read."""
    try:
        return str((distribution.metadata[field] if distribution else None) or "").strip()
    except Exception:  # noqa: BLE001  (METADATA that is missing, or no text)
        return ""
