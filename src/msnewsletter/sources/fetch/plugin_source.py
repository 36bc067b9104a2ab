"""The kinds of sources that plugins add: a function that gives summaries as objects.

Owns what it is given, and the line about one that fails. What it gives is read like the objects of
a program's output.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.errors import SourceError
from msnewsletter.plugin_process import PluginCall
from msnewsletter.plugins import PluginGroup, plugin_named
from msnewsletter.sources.fetch.fetch_error import FetchError
from msnewsletter.sources.fetch.object_finds import ObjectFinds
from msnewsletter.sources.formats import SIZE_LIMIT
from msnewsletter.sources.json_objects import each_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from msnewsletter.plugin_child import Channel
    from msnewsletter.plugins import Plugin
    from msnewsletter.source_settings import PluginSource
    from msnewsletter.sources.fetch.client import Fetcher
    from msnewsletter.sources.fetch.finds import Find
    from msnewsletter.sources.fetch.known_source import KnownSource

# One that gives or asks for ever has to end; no source has so much.
_OBJECTS: Final = 100_000
_REQUESTS: Final = 10_000
# As of pages that are asked for one after the other (unanswered.py).
_IN_VAIN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRequest:
    """What a plugin's source is asked with.

    Attributes:
        name: the source's, in the settings.
        options: its `[sources.options]`.
        since: the first day of what is taken; what is older need not be given. None: all.
        home: the newsletter's folder; nothing is to be written there.
        get: the bytes of a web address: politely, bounded, and not of this network unless the
            settings say `private`. What it raises is best left alone: it is the look's failure.
    """

    name: str
    options: Mapping[str, Any]
    since: date | None
    home: Path
    get: Callable[[str], bytes]


def look(
    source: PluginSource, *, fetcher: Fetcher, known: KnownSource, root: Path
) -> Iterator[Find]:
    """Ask the plugin, and yield what it gives; raises PluginError or SourceError where it fails.

    What it gave before it failed is yielded first.
    """
    plugin = plugin_named(PluginGroup.SOURCES, source.kind)
    request = SourceRequest(
        name=source.name,
        options=source.options,
        since=known.since,
        home=root,
        get=_only_in_its_process,
    )
    call = PluginCall(
        plugin=plugin,
        work=_give_objects,
        arguments=(request,),
        seconds=source.timeout,
        silent=True,
        answer=_Answers(source.name, fetcher).document,
    )
    objects = ObjectFinds(source.name, {}, known=known, most=source.most)
    with closing(call.values()) as values:
        for number, given in enumerate(values, start=1):
            if number > _OBJECTS:
                raise plugin.fault(f"gives more than {_OBJECTS:,} objects, and was ended")
            place = f"{source.name}, object {number}"
            yield from objects.find(_read(given, place), place)
            if objects.too_many_faults:
                break
    yield from objects.end()


class _Answers:
    """What the web answers one call: none of its requests counts for its time, so these are bounds.

    Args:
        source: the source's name.
        fetcher: which bounds each single document.
    """

    def __init__(self, source: str, fetcher: Fetcher) -> None:
        self._source, self._fetcher = source, fetcher
        self._asked = self._in_vain = 0

    def document(self, url: str) -> bytes:
        """The bytes of an address; raises FetchError, and SourceError at once past a bound."""
        if self._asked == _REQUESTS:
            problem = f"asks for more than {_REQUESTS:,} documents in one look"
            raise SourceError(self._source, problem, "let it ask for fewer")
        if self._in_vain == _IN_VAIN:
            problem = f"asked for {_IN_VAIN} documents in a row that did not come"
            raise SourceError(self._source, problem, "it is asked again at the next look")
        self._asked += 1
        try:
            data = self._fetcher.get(url, limit=SIZE_LIMIT).data
        except FetchError as error:
            # That there is no such document is an answer.
            self._in_vain = 0 if error.gone else self._in_vain + 1
            raise
        self._in_vain = 0
        return data


def _only_in_its_process(url: str) -> bytes:
    raise NotImplementedError(url)


def _give_objects(
    channel: Channel, plugin: Plugin, function: Callable[..., Any], request: SourceRequest
) -> None:
    """In the plugin's process: give each object as JSON; None: it is none."""

    def get(url: str) -> bytes:
        if not isinstance(url, str):
            raise plugin.fault(
                f"asks for a {type(url).__name__}, and not for the text of an address"
            )
        found: bytes = channel.ask(url)
        return found

    with plugin.faults("fails"):
        given = function(replace(request, get=get))
        if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
            raise plugin.fault(f"gives a {type(given).__name__}, and not a list of objects")
        for one in given:
            channel.give(_as_json(one))


def _as_json(given: object) -> str | None:
    if not isinstance(given, Mapping):
        return None
    try:
        return json.dumps(given, default=_day)
    except (TypeError, ValueError, RecursionError):
        return None


def _read(given: object, place: str) -> object:
    """An object as if it had come as JSON; or what is wrong with it."""
    if not isinstance(given, str):
        remedy = "give a mapping of texts, lists of texts and days"
        return SourceError(place, "is none, or holds what is no text, list or day", remedy)
    [(_, value)] = each_object(given, place, by_lines=True)
    return value


def _day(value: object) -> str:
    if isinstance(value, date):  # a moment, too
        return value.isoformat()
    raise TypeError
