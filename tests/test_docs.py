"""The documents, against the program: what a user may meet is in one, and nothing else is."""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import pytest
from reference.setting_tables import default_of, sections

from homes import AT
from msnewsletter.checks.finding_kinds import KINDS
from msnewsletter.cli import main
from msnewsletter.clock.heartbeat import FailingStep
from msnewsletter.clock.notices import (
    clock_notice,
    delivered_notice,
    failed_notice,
    sending_notice,
    source_notice,
)
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.delivering.sending_ailments import AilingSending, SendingAilment
from msnewsletter.publisher.delivering.sending_state import MailingState
from msnewsletter.publisher.source_ailments import AilingSource, Ailment
from msnewsletter.publisher.troubles.ailments import TROUBLE_OF
from msnewsletter.publisher.troubles.trouble import Check, TroubleName
from msnewsletter.source_settings import FetchedSource
from msnewsletter.sources.field_rules import FRONT_FIELDS, TEXT_FIELDS
from msnewsletter.sources.glossary_file import parse_glossary
from msnewsletter.sources.next_issue_file import next_issue_text, parse_next_issue
from msnewsletter.store import Notification
from msnewsletter.store.tables import metadata
from msnewsletter.subscribers.delivery_state import Balance, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

ROOT = Path(__file__).parents[1]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "tests/README.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
)
PAGES_OF_REFERENCE = sorted((ROOT / "docs" / "reference").glob("*.md"))
REFERENCE = "\n".join(page.read_text() for page in PAGES_OF_REFERENCE)
FINDINGS = (ROOT / "docs" / "reference" / "findings.md").read_text()
GUIDES = ROOT / "docs" / "guides"
OPERATIONS = "\n".join((GUIDES / name).read_text() for name in ("scheduling.md", "monitoring.md"))
DESIGN = (ROOT / "docs" / "design.md").read_text()
SOURCE = ROOT / "src" / "msnewsletter"
# What a path in the documents may begin with; all else in backquotes is something else. What
# `make` makes is there only after it was made.
PLACES = {path.name for folder in (ROOT, SOURCE) for path in folder.iterdir()} - {"build", "dist"}
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
# Of a home, not of this repository.
OF_A_HOME = re.compile(
    r"(outbox|var)/|issues/(?:\d{4}|takedowns)\.json|templates/copied\.json"
    r"|summaries/(?:walking|first-summary)\.md"
)


def section(text: str, heading: str) -> str:
    """What is below a heading, up to the next one of its level or above."""
    start = re.search(rf"^(#+) {re.escape(heading)}$", text, re.MULTILINE)
    assert start, f"there is no heading {heading!r}"
    rest = text[start.end() :]
    end = re.search(rf"^#{{1,{len(start[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def rows(text: str) -> Iterator[list[str]]:
    """The rows of the tables, cell by cell, without their heads."""
    for line in text.splitlines():
        if line.startswith("| ") and "`" in line:
            yield [cell.strip() for cell in line[1:].rstrip("|").split("|")]


def in_code(text: str) -> set[str]:
    """All that is in backquotes."""
    return set(re.findall(r"`([^`\n]+)`", text))


# ── the command line ─────────────────────────────────────────────────────────────────────────


def command_of(verb: str) -> click.Command:
    """The verb itself: `main.commands` has its name and help line alone."""
    found = main.get_command(click.Context(main), verb)
    assert found is not None
    return found


def options(command: click.Command) -> dict[str, str]:
    """A command's options with their defaults as the reference writes them."""
    found: dict[str, str] = {}
    for option in command.params:
        if isinstance(option, click.Option):
            given = option.default
            plain = isinstance(given, str | int) and not isinstance(given, bool)
            shown = f"`{given}`" if plain else ""
            found |= dict.fromkeys((*option.opts, *option.secondary_opts), shown)
    return found


def test_every_command_has_its_heading_and_no_other_has_one() -> None:
    headings = re.findall(r"^## `([a-z-]+)`$", section(REFERENCE, "Commands"), re.MULTILINE)
    assert sorted(headings) == sorted(main.commands)


def every_command() -> Iterator[tuple[str, click.Command]]:
    """Each verb, and each command of a verb that has several, with its name."""
    for verb in sorted(main.commands):
        found = command_of(verb)
        yield verb, found
        if isinstance(found, click.Group):
            yield from ((f"{verb} {name}", one) for name, one in sorted(found.commands.items()))


@pytest.mark.parametrize(("name", "found"), [*every_command()], ids=str)
def test_every_option_of_a_command_is_in_its_table_with_its_default(
    name: str, found: click.Command
) -> None:
    text = section(REFERENCE, f"`{name}`").partition("\n### ")[0]
    documented = {
        name: default
        for names, default, _ in rows(text)
        for name in re.findall("`(--[a-z-]+)`", names)
    }
    known = options(found)
    assert set(documented) == set(known)
    # A default in words ("now", "your login name") is one that the program looks up.
    assert all(documented[name] == default for name, default in known.items() if default)


def test_the_options_of_the_program_itself_are_in_the_reference() -> None:
    assert set(options(main)) <= in_code(section(REFERENCE, "Commands").split("\n## ")[0])


def shown_commands(page: Path) -> Iterator[list[str]]:
    """The words of every msnewsletter command in the code of a page."""
    for line in page.read_text().splitlines():
        for shown in re.findall(r"(?:^|`|bin/)msnewsletter ([^`#]+)", line):
            try:
                yield shlex.split(shown)
            except ValueError:  # prose with an apostrophe
                continue


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_a_page_shows_exists_with_its_options(page: Path) -> None:
    for words in shown_commands(page):
        rest = words
        while rest[:1] == ["--home"]:
            rest = rest[2:]
        if not rest or not re.fullmatch(r"[a-z][a-z-]*", rest[0]):
            continue
        assert rest[0] in main.commands, words
        found = command_of(rest[0])
        if isinstance(found, click.Group) and len(rest) > 1 and rest[1].islower():
            assert rest[1] in found.commands, words
            found = found.commands[rest[1]]
        known = {*options(found), "--help"}
        assert {word for word in rest if word.startswith("--")} <= known, words


# ── settings, variables, fields ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("heading", "kind"), [*sections()], ids=str)
def test_every_setting_is_in_its_table_with_its_default(
    heading: str, kind: type[BaseModel]
) -> None:
    shown = [*rows(section(REFERENCE, heading))]
    if issubclass(kind, FetchedSource):
        shown += rows(section(REFERENCE, "`[[sources]]`, all that are fetched"))
    documented = {name.strip("`"): default for name, _, default, _ in shown}
    known = {name: default_of(field) for name, field in kind.model_fields.items()}
    if kind is FetchedSource:  # each kind has its own
        del known["kind"]
    assert documented == known


def test_the_sample_settings_name_every_section() -> None:
    text = (ROOT / "newsletter.toml").read_text()
    for heading, _ in sections():
        assert heading.partition(",")[0].strip("`") in text


def test_every_variable_of_the_environment_is_in_the_reference() -> None:
    # With an underscore before it, it is between a script of `completion` and the program alone.
    used = {
        name
        for path in SOURCE.rglob("*.py")
        for name in re.findall(r"(?<!_)MSNEWSLETTER_[A-Z_]*[A-Z]", path.read_text())
    }
    documented = re.findall("`(MSNEWSLETTER_[A-Z_]+)`", section(REFERENCE, "Environment variables"))
    assert used == set(documented)


def test_every_field_of_a_summary_is_in_the_reference() -> None:
    documented = {
        name
        for names, _ in rows(section(REFERENCE, "Fields of a summary"))
        for name in re.findall("`([^`]+)`", names)
    }
    assert documented == {*FRONT_FIELDS, *TEXT_FIELDS, "related"}


def test_every_field_of_the_next_issue_is_in_the_reference() -> None:
    heading = "Fields of `issues/next.md`"
    documented = [names.strip("`") for names, _ in rows(section(REFERENCE, heading))]
    text = "---\nissue: 1\nsubject: Quiet\nquestion: Why?\npin: [a]\nhold:\n  b: later\n---\n"
    written = next_issue_text(parse_next_issue(text.encode(), "next.md"))
    assert documented == re.findall(r"^([a-z]+):", written, re.MULTILINE)


def test_the_glossary_that_the_reference_shows_is_read_without_complaint() -> None:
    [shown] = re.findall(r"^```\n(# .*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)
    read = parse_glossary(shown.encode(), "glossary.md")
    assert (read.refused, read.warned) == ((), ())
    assert [term.name for term in read.glossary.terms] == ["T cell", "EBV"]
    assert read.glossary.title


# ── findings and JSON ────────────────────────────────────────────────────────────────────────


def test_the_glossary_of_the_documents_is_in_alphabetical_order() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text()
    words = re.findall(r"^\| (.+?) \|", page.partition("|---|---|")[2], re.MULTILINE)
    assert len(words) > 50
    assert words == sorted(words, key=str.casefold)


def findings() -> set[str]:
    """The names of all findings that the checks can make: in calls, and in the table of kinds."""
    found = {*KINDS}
    for path in (SOURCE / "checks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(
                    func=ast.Name(id="block" | "warn" | "made" | "finding"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    found.add(name)
    return found


def test_every_finding_is_in_the_table_and_no_other_is() -> None:
    assert {row[0].strip("`") for row in rows(FINDINGS)} == findings()


def test_the_changelog_counts_the_findings() -> None:
    assert f"{len(findings())} kinds of finding" in (ROOT / "CHANGELOG.md").read_text()


def properties(schema: Any) -> Iterator[str]:
    """Every field that a schema names, and every word that a field may be."""
    if isinstance(schema, list):
        for one in schema:
            yield from properties(one)
    elif isinstance(schema, dict):
        yield from schema.get("properties", {})
        for one in schema.values():
            yield from properties(one)


@pytest.mark.parametrize("verb", ["status", "check", "doctor", "read", "retractions"])
def test_every_field_of_an_output_is_documented(verb: str) -> None:
    schema = json.loads((ROOT / "docs" / "schemas" / f"{verb}.json").read_text())
    text = section(REFERENCE, f"`{verb} --json`")
    if verb == "read":
        text += section(REFERENCE, "Fields of a summary")
    assert set(properties(schema)) <= in_code(text)


# ── what is said of a home ───────────────────────────────────────────────────────────────────────


def table(text: str, head: str) -> list[list[str]]:
    """The rows of the table whose head begins with this word."""
    start = re.search(rf"^\| {re.escape(head)} \|.*\n\|[-|]+\|\n", text, re.MULTILINE)
    assert start, f"there is no table of {head!r}"
    return list(rows(text[start.end() :].partition("\n\n")[0]))


def test_every_event_of_a_notice_is_in_its_table() -> None:
    events = [row[0].strip("`") for row in table(OPERATIONS, "event")]
    assert sorted(events) == sorted(Notification)


def test_the_events_without_a_slot_or_an_issue_are_those_that_are_said_to_be() -> None:
    step = FailingStep(since=AT, failures=4, reason="r")
    doubt = RefusedError("the clock", "it is wrong", "set it")
    source = AilingSource(subject="news", has=Ailment.FAILING, since=AT, says="it fails")
    sending = AilingSending(
        has=SendingAilment.IN_DOUBT, about="1", subject="issue 0001", says="some are in doubt"
    )
    balance = Balance(counts={DeliveryState.SENT: 1})
    mailing = MailingState(issue=1, created=AT, finished=AT, balance=balance, due=None)
    made = (
        failed_notice(["publish"], step, AT.tzinfo or UTC),
        clock_notice(doubt, "about"),
        source_notice(source),
        sending_notice(sending),
    )
    assert not any(one.slot or one.issue for one in made)
    delivered = delivered_notice(mailing, UTC)
    assert (delivered.slot, delivered.issue) == ("", "0001")
    variables = {row[0].strip("`"): row[1] for row in table(OPERATIONS, "variable")}
    empty = {name: in_code(said.partition("empty")[2]) for name, said in variables.items()}
    assert empty["MSNEWSLETTER_ISSUE"] == {one.event for one in made}
    assert empty["MSNEWSLETTER_SLOT"] == {one.event for one in (*made, delivered)}


def test_every_check_of_doctor_is_in_its_table_and_in_the_reference() -> None:
    checks = [row[0].strip("`") for row in table(OPERATIONS, "check")]
    assert sorted(checks) == sorted(Check)
    [said] = [row[2] for row in rows(section(REFERENCE, "`doctor --json`")) if row[0] == "`check`"]
    assert in_code(said) == set(Check)


def made_troubles() -> set[tuple[str, str]]:
    """The name and the check of every trouble that a call in the program makes, or an ailment."""
    found = {(name, check) for (check, _), name in TROUBLE_OF.items()}
    looking = [*(SOURCE / "publisher/troubles").glob("*.py"), SOURCE / "clock/clock_troubles.py"]
    for path in looking:
        text = path.read_text()
        for made in re.findall(r"Trouble\(\s*(name=.*?says=)", text, re.DOTALL):
            kinds = re.findall(r"TroubleName\.(\w+)", made)
            checks = re.findall(r"check=Check\.(\w+)", made)
            found |= {(TroubleName[kind], Check[check]) for kind in kinds for check in checks}
    return found


def test_every_trouble_is_in_its_table_with_its_check() -> None:
    documented = {row[0].strip("`"): in_code(row[1]) for row in table(OPERATIONS, "trouble")}
    assert documented.keys() == set(TroubleName)
    assert set().union(*documented.values()) == set(Check)
    made = made_troubles()
    assert len({name for name, _ in made}) > 10
    for name, check in made:
        assert check in documented[name], name


# ── names of files ───────────────────────────────────────────────────────────────────────────


def exists(name: str) -> bool:
    """Whether a path is one of the repository or of the package; `*` stands for anything."""
    return any(any(base.glob(name.rstrip("/"))) for base in (ROOT, SOURCE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_path_that_a_page_names_exists(page: Path) -> None:
    missing = [
        name
        for name in in_code(FENCED.sub("", page.read_text()))
        if re.fullmatch(r"[\w.-]+/[\w./*-]*|[\w-]+\.(?:py|md|toml)", name)
        and (name.partition("/")[0] in PLACES or name.endswith(".py"))
        and not OF_A_HOME.match(name)
        and "NAME" not in name
        and not exists(name)
    ]
    assert not missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_or_heading_leads_there(page: Path) -> None:
    for target in re.findall(r"(?:\]\(|src=\")([^)\"\s]+)", page.read_text()):
        if re.match(r"https?:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name) if name else page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text()), target


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    }


def tree() -> set[str]:
    """The modules in the tree of docs/design.md, as paths in the package."""
    block = section(DESIGN, "Rooms").split("```")[1]
    found: set[str] = set()
    folders: list[str] = []
    for line in block.splitlines()[2:]:
        depth = (len(line) - len(line.lstrip())) // 2 - 1
        words = line.split("#")[0].split()
        folders = folders[:depth]
        if words[0].endswith("/"):
            folders.append(words[0].rstrip("/"))
        else:
            found.update("/".join([*folders, word]) for word in words)
    return found


def test_the_tree_of_the_design_is_the_package() -> None:
    modules = {
        path.relative_to(SOURCE).with_suffix("").as_posix()
        for path in SOURCE.rglob("*.py")
        if not path.name.startswith("__") and "migrations" not in path.parts
    }
    assert tree() == modules


def test_the_floors_of_the_design_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    [contract] = project["tool"]["importlinter"]["contracts"]
    checked = [set(layer.split(" | ")) for layer in contract["layers"] if layer != "__main__"]
    floors = [
        {name.strip("`/") for name in names.split(" · ")}
        for _, names, _ in rows(section(DESIGN, "Floors"))
    ]
    assert floors == checked


def test_every_dependency_has_its_line_in_the_design() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = section(DESIGN, "Parts, and why").lower()
    extras = project["optional-dependencies"]["postgres"]
    for requirement in (*project["dependencies"], *extras):
        name = re.split(r"[\[<>=]", requirement)[0]
        assert re.sub(r"^py(?=yaml)", "", name).lower() in text, name


def test_every_make_target_of_contributing_exists() -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = (ROOT / "CONTRIBUTING.md").read_text() + (ROOT / "README.md").read_text()
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)) <= known


def test_every_table_of_the_database_is_in_the_design() -> None:
    documented = {
        name
        for names, *_ in rows(section(DESIGN, "The database"))
        for name in re.findall("`([^`]+)`", names)
    }
    assert documented == set(metadata.tables)
