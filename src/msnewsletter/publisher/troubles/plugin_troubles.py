"""Troubles of plugins: one that is missing, fails, waits, or cannot be loaded."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import PluginError, printable
from msnewsletter.plugin_process import try_to_load
from msnewsletter.plugins import PluginGroup, all_plugins, plugin_named
from msnewsletter.publisher.consumer_queue import damaged_queue, read_consumers
from msnewsletter.publisher.consumer_round import LONGEST_CALL
from msnewsletter.publisher.troubles.trouble import Check, Trouble, TroubleName
from msnewsletter.source_settings import KINDS, PluginSource
from msnewsletter.text import local_time

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from msnewsletter.publisher.consumer_queue import Consumer
    from msnewsletter.publisher.situation import Situation

_SOON: Final = timedelta(minutes=1)


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


def waiting_consumers(situation: Situation) -> Iterator[Trouble]:
    """Plugins that an issue waits for, and whether they fail; or of which nobody knows."""
    if damaged := damaged_queue(situation.home):
        shown = situation.home.display_path(damaged)
        yield Trouble(
            name=TroubleName.UNREADABLE,
            check=Check.PLUGINS,
            subject=shown,
            says=f"{shown}: it is damaged, so nobody knows which issues plugins still have to be "
            "notified of; notify them yourself, then remove it",
        )
    queue = read_consumers(situation.home)
    worked_off = queue.is_worked_off(situation.at, longest=LONGEST_CALL)
    for name, one in queue.consumers.items():
        if one.failing_since:
            since = local_time(one.failing_since, situation.zone)
            says = f"{one.reason}; since {since} it was not notified of issue {_numbers(one)}"
            found = TroubleName.FAILING_CONSUMER
        elif one.waiting and not (worked_off or _is_new(one, situation.at)):
            says = _waits(name, one, situation)
            found = TroubleName.WAITING_CONSUMER
        else:
            continue
        yield Trouble(name=found, check=Check.PLUGINS, subject=name, says=printable(says))


def _is_new(one: Consumer, at: datetime) -> bool:
    """Whether it was queued just now: whoever released the issue notifies within seconds."""
    return one.waiting_since is not None and one.waiting_since <= at < one.waiting_since + _SOON


def _waits(name: str, one: Consumer, situation: Situation) -> str:
    since = one.waiting_since
    when = f" since {local_time(since, situation.zone)}" if since else ""
    return (
        f"the outbox plugin {name!r}: issue {_numbers(one)} waits for it{when}, and nobody is "
        "notifying plugins; 'msnewsletter run' and the next 'msnewsletter publish' do"
    )


def _numbers(one: Consumer) -> str:
    return ", ".join(map(str, one.waiting))


def broken_plugins(situation: Situation) -> Iterator[Trouble]:
    """Plugins that cannot be loaded, or whose name is taken."""
    del situation
    for plugin in all_plugins():
        try:
            try_to_load(plugin_named(plugin.group, plugin.name))
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
    labels = ", ".join(one.label for one in all_plugins())
    return f"installed: {labels}" if labels else "none is installed"
