"""What is wrong with newsletter.toml, in one line: the place, the setting, the remedy. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, SettingsError
from msnewsletter.home import SETTINGS_NAME
from msnewsletter.source_settings import KINDS
from msnewsletter.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel, ValidationError

    from msnewsletter.schedule.recurrence import RuleError
    from msnewsletter.theme_settings import ThemeSection

PASSWORD: Final = "MSNEWSLETTER_SMTP_PASSWORD"  # noqa: S105  (the name of a variable)


def refused_rule(error: RuleError, text: str) -> SettingsError:
    """The error for a schedule, with its line in the text of newsletter.toml."""
    line = line_of(["schedule", error.setting], text)
    given = "" if error.value is None else f" = {error.shown}"
    problem = f"schedule.{error.setting}{given}: {error.problem}"
    return SettingsError(f"{SETTINGS_NAME}:{line}", problem, error.remedy)


def refuse_faint_colours(theme: ThemeSection, text: str) -> None:
    """Raise SettingsError for colours that readers with poor sight cannot tell apart."""
    for mode, pair in theme.faint():
        place = f"{SETTINGS_NAME}:{line_of(['theme', pair.name], text)}"
        problem = (
            f"theme.{pair.name}: {pair.ink} on {pair.ground} has a contrast of {pair.ratio:.2f} "
            f"to 1 in the {mode} mode, and 7 is the least"
        )
        nearest = f"write {pair.nearest!r} there, the nearest that passes"
        remedy = nearest if pair.nearest else f"choose another {pair.ink} and {pair.ground}"
        raise SettingsError(place, problem, remedy)


# The user of a web address, with a password.
_USER = re.compile(r"(?<=//)[^/?#\s]*@")
# The remedy for an editor who writes TOML, by pydantic's type of error.
_REMEDIES = {
    "date_type": "write a day without quotes and without a time, e.g. 2026-11-01",
    "tuple_type": "write its name in two pairs of brackets, e.g. [[sources]]",
    "string_type": 'write it in quotes, e.g. "text"',
    "bool_type": "write true or false, without quotes",
    "int_type": "write a whole number without quotes, e.g. 160",
    "password_in_clear": 'set security = "starttls" or "tls"',
}


def explain(
    error: ValidationError, text: str, *, sections: Mapping[str, type[BaseModel]]
) -> SettingsError:
    """The first of pydantic's errors as one line with place and remedy.

    sections: all that newsletter.toml may hold, by name.
    """
    # A misspelt name before the setting that is missing for it.
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    path = _path_of(first["loc"])
    # Which of several sources it is says the line.
    name = ".".join(part for part in path if not part.isdigit())
    place = f"{SETTINGS_NAME}:{line_of(path, text)}"
    match first["type"]:
        case "union_tag_invalid":
            return _unknown_kind(first["input"], path, text)
        case "missing":
            return SettingsError(
                place, f"no setting {name!r}", "add it; 'msnewsletter init' shows a full example"
            )
        case "extra_forbidden":
            kind = str(next(iter(first["loc"][2:]), ""))
            known = _known_names(path[:-1], kind=kind, sections=sections)
            hint = did_you_mean(path[-1], known, otherwise="remove it")
            if path == ["smtp", "password"]:
                hint = f"remove it: the environment holds it, as {PASSWORD}"
            return SettingsError(place, f"there is no setting {name!r}", hint)
        case _:
            fault = first.get("ctx", {}).get("error", first["msg"])
            problem, remedy = str(fault).rstrip("."), _REMEDIES.get(first["type"], "change it")
            if isinstance(fault, BadValueError):
                problem, remedy = fault.problem, fault.remedy
            # A whole section is no value that a line could repeat, nor is a password in an address.
            given = "" if isinstance(first["input"], dict) else f" = {first['input']!r}"
            given = _USER.sub("***@", given)
            return SettingsError(place, f"{name}{given}: {problem}", remedy)


def _unknown_kind(given: object, path: list[str], text: str) -> SettingsError:
    """The error for a source whose kind there is not, or that says none."""
    place = f"{SETTINGS_NAME}:{line_of([*path, 'kind'], text)}"
    kind = given.get("kind") if isinstance(given, dict) else None
    names = ", ".join(f'"{name}"' for name in KINDS)
    if kind is None:
        problem = "a source without a path has to say its kind"
        return SettingsError(place, problem, f"add kind, one of {names}")
    hint = did_you_mean(str(kind), KINDS, otherwise=f"write one of {names}")
    return SettingsError(place, f"sources.kind = {kind!r}: there is no such kind", hint)


def _path_of(loc: tuple[int | str, ...]) -> list[str]:
    """Where pydantic found a fault, less the kind of a source, which it names after its number."""
    # Of a name in a table, pydantic says that it is the key.
    path = [str(part) for part in loc if part != "[key]"]
    return path[:2] + path[3:] if path[0] == "sources" else path


def _known_names(
    path: list[str], *, kind: str, sections: Mapping[str, type[BaseModel]]
) -> list[str]:
    """The settings that there are at a place: of a source of that kind, of a section, or of all."""
    if path and path[0] == "sources":
        return list(KINDS[kind].model_fields)
    return list(sections[path[0]].model_fields if path else sections)


def line_of(path: list[str], text: str) -> int:
    """The line of a setting, or else of the nearest section around it, or 1.

    `path`: as pydantic names it; after `sources` comes the number of its section, from 0.
    """
    wanted = int(path[1]) if path[1:] and path[1].isdigit() else None
    names = [part for part in path if not part.isdigit()]
    best, found, section, number = 0, 1, "", -1
    for line, written in enumerate(text.splitlines(), start=1):
        if header := re.match(r"\s*(\[+)\s*([\w.-]+)", written):
            section = header[2]
            number += section == path[0] and header[1] == "[["
            here = section.split(".")
        elif setting := re.match(r"\s*([\w-]+)\s*=", written):
            here = [*section.split("."), setting[1]] if section else [setting[1]]
        else:
            continue
        inside = wanted is None or number == wanted or here[0] != path[0]
        # The first of those that share most with what is looked for.
        if inside and here == names[: len(here)] and len(here) > best:
            best, found = len(here), line
    return found
