"""The findings of checks that plugins add. A check that fails is a finding of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msnewsletter.checks.finding import Finding, finding
from msnewsletter.checks.finding_kind import Severity
from msnewsletter.errors import PluginError, printable
from msnewsletter.plugins import PluginGroup, installed_plugins

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Issue
    from msnewsletter.plugins import Plugin

_MOST = 200  # findings of one plugin


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
    for plugin in plugins:
        found: list[Finding] = []
        try:
            _look(plugin, checked, found)
        except PluginError as error:
            found.append(_failed(error))
        yield from found


def _failed(error: PluginError) -> Finding:
    return finding("plugin-failed", error.place, error.problem, error.remedy)


def _look(plugin: Plugin, checked: CheckedIssue, found: list[Finding]) -> None:
    """Put what a plugin finds into `found`; raises PluginError, whatever it did."""
    function = plugin.load()
    # What a plugin prints is for people, and not among the JSON that a command prints.
    with plugin.faults("fails"), redirect_stdout(sys.stderr):
        given = function(checked)
        if not isinstance(given, Iterable):
            raise plugin.fault(f"gives a {type(given).__name__}, and no findings")
        for number, one in enumerate(given, start=1):
            if number > _MOST:
                raise plugin.fault(f"gives more than {_MOST} findings; the others are left out")
            if not _is_whole(one):
                raise plugin.fault(f"gives {type(one).__name__}, which is no whole finding")
            found.append(_printable(one, plugin))


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
