"""Troubles of plugins: one that is missing, that fails, or that cannot be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import PluginError, printable
from msnewsletter.plugins import PluginGroup, all_plugins, plugin_named
from msnewsletter.publisher.consumer_queue import damaged_queue, read_consumers
from msnewsletter.publisher.troubles.trouble import Check, Trouble, TroubleName
from msnewsletter.source_settings import KINDS, PluginSource
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.publisher.situation import Situation


def missing_kinds(situation: Situation) -> Iterator[Trouble]:
    """Sources of a kind that no plugin offers, or two do: what they brought before stays."""
    for source in situation.settings.sources if situation.settings else ():
        if isinstance(source, PluginSource):
            try:
                plugin_named(PluginGroup.SOURCES, source.kind)
            except PluginError as error:
                says = (
                    f"the source {source.name!r}: {error.problem}; {error.remedy}, or remove the "
                    "source; what it brought before stays"
                )
                yield Trouble(
                    name=TroubleName.MISSING_PLUGIN,
                    check=Check.PLUGINS,
                    subject=source.name,
                    says=printable(says),
                )


def failing_consumers(situation: Situation) -> Iterator[Trouble]:
    """Plugins that could not be told of an issue, or of which nobody knows."""
    if damaged := damaged_queue(situation.home):
        shown = situation.home.display_path(damaged)
        yield Trouble(
            name=TroubleName.UNREADABLE,
            check=Check.PLUGINS,
            subject=shown,
            says=f"{shown}: it is damaged, so nobody knows which issues plugins still have to be "
            "told of; tell them yourself, then remove it",
        )
    for name, one in read_consumers(situation.home).consumers.items():
        if one.failing_since:
            waits = ", ".join(map(str, one.waiting))
            since = local_time(one.failing_since, situation.zone)
            says = f"{one.reason}; since {since} it was not told of issue {waits}"
            yield Trouble(
                name=TroubleName.FAILING_CONSUMER,
                check=Check.PLUGINS,
                subject=name,
                says=printable(says),
            )


def broken_plugins(situation: Situation) -> Iterator[Trouble]:
    """Plugins that cannot be loaded, or whose name is taken."""
    del situation
    for plugin in all_plugins():
        try:
            plugin_named(plugin.group, plugin.name).load()
            if plugin.group is PluginGroup.SOURCES and plugin.name in KINDS:
                raise plugin.fault("has the name of a kind of the program, so it is never used")
        except PluginError as error:
            yield Trouble(
                name=TroubleName.BROKEN_PLUGIN,
                check=Check.PLUGINS,
                subject=plugin.label,
                says=str(error),
            )


def plugins_line() -> str:
    """Which plugins are installed, with their versions, on one line."""
    return ", ".join(one.label for one in all_plugins()) or "none is installed"
