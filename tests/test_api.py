"""The names that plugins use are these, and each is what a plugin was written for."""

from __future__ import annotations

from dataclasses import fields

from msnewsletter import api


def test_the_names_that_plugins_use_are_pinned() -> None:
    assert sorted(api.__all__) == [
        "CheckedIssue",
        "Correction",
        "Entry",
        "Finding",
        "Issue",
        "Masthead",
        "ReleasedIssue",
        "Severity",
        "SourceRequest",
        "Status",
        "Summary",
    ]
    assert {name for name in vars(api) if name[0].isupper()} == set(api.__all__)


def test_what_a_plugin_is_given_and_gives_keeps_its_fields() -> None:
    given = {
        api.SourceRequest: ["name", "options", "since", "home", "get"],
        api.CheckedIssue: ["issue", "html", "text", "message"],
        api.ReleasedIssue: ["number", "issue", "folder", "page"],
        api.Finding: ["name", "severity", "place", "reason", "remedy", "about"],
    }
    for kind, names in given.items():
        assert [one.name for one in fields(kind)] == names
    assert [one.value for one in api.Severity] == ["block", "warn"]
