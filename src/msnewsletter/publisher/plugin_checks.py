"""The findings of checks that plugins add. A check that fails is a finding of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from msnewsletter.checks.finding import Finding, finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.errors import PluginError, printable
from msnewsletter.plugins import PluginGroup, installed_plugins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from msnewsletter.model import Issue
    from msnewsletter.plugin_child import Channel
    from msnewsletter.plugins import Plugin

_MOST = 200  # findings of one plugin
# For one plugin: an editor waits for the desk, which looks at the issue with each change.
_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedIssue:
    """What a plugin's check looks at.

    Attributes:
        issue: complete, as it would be frozen.
        html, text: the bodies of the digest.
        message: the message to the list, CRLF.
    """

    issue: Issue
    html: str
    text: str
    message: bytes


def plugin_findings(issue: Issue, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What the checks of plugins find in an issue and the files of its folder."""
    plugins = installed_plugins(PluginGroup.CHECKS)
    if not plugins:
        return
    checked = CheckedIssue(
        issue=issue,
        html=files["digest.html"].decode(),
        text=files["digest.txt"].decode(),
        message=files["digest.eml"],
    )
    # Imported when it is needed: most homes have no such plugin.
    from msnewsletter.plugin_process import PluginCall  # noqa: PLC0415

    for plugin in plugins:
        call = PluginCall(plugin=plugin, work=_look, arguments=(checked,), seconds=_SECONDS)
        try:
            for given in call.values():
                yield _finding(plugin, given)
        except PluginError as error:
            yield finding("plugin-failed", error.place, error.problem, error.remedy)


def _finding(plugin: Plugin, given: Any) -> Finding:  # noqa: ANN401  (what its process gave)
    try:
        return Finding(**{**given, "severity": Severity(given["severity"])})
    except (TypeError, ValueError, LookupError):
        raise plugin.fault("gives what is no finding") from None


def _look(
    channel: Channel, plugin: Plugin, function: Callable[..., Any], checked: CheckedIssue
) -> None:
    """In the plugin's process: give what it finds; raises PluginError, whatever it did."""
    with plugin.faults("fails"):
        given = function(checked)
        if not isinstance(given, Iterable):
            raise plugin.fault(f"gives a {type(given).__name__}, and no findings")
        for number, one in enumerate(given, start=1):
            if number > _MOST:
                raise plugin.fault(f"gives more than {_MOST} findings; the others are left out")
            if not _is_whole(one):
                raise plugin.fault(f"gives {type(one).__name__}, which is no whole finding")
            channel.give(asdict(_printable(one, plugin)))


def _is_whole(one: object) -> bool:
    return isinstance(one, Finding) and all(
        isinstance(value, str)
        for value in (one.name, one.severity, one.place, one.reason, one.remedy, one.about)
    )


def _printable(one: Finding, plugin: Plugin) -> Finding:
    """The finding under the plugin's name, so that it is known whose it is; on one line."""
    return replace(
        one,
        name=printable(f"{plugin.name}: {one.name}"),
        severity=Severity(one.severity),
        place=printable(one.place),
        reason=printable(one.reason),
        remedy=printable(one.remedy),
    )
