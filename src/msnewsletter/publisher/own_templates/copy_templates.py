"""Copies packaged templates to a home, and notes what they are copied from.

Never puts anything in the place of a text that a person may have edited, unless they say so; then
the edited text stays beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from msnewsletter.disk.atomic import disk_errors, write_atomically
from msnewsletter.disk.lock import locked
from msnewsletter.errors import RefusedError
from msnewsletter.publisher.own_templates.template_origins import (
    OwnTemplate,
    TemplateOrigin,
    TemplateOrigins,
    TemplateState,
    digest_of,
    is_packaged,
    origins_path,
    own_templates,
    packaged_templates,
    read_origins,
)
from msnewsletter.serialize import pretty, to_document
from msnewsletter.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from msnewsletter.home import Home


class CopyOutcome(StrEnum):
    """What became of one template that was asked for."""

    COPIED = "copied"
    UPDATED = "updated"  # it was the program's of an earlier version, unedited
    REPLACED = "replaced"  # it was edited; the edited text is beside it
    SAME = "same"  # it was the program's of now already
    NOTED = "noted"  # the home's stays, and counts as made from the program's of now
    KEPT = "kept"  # it was edited, so nothing was done


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedTemplate:
    """One template that was asked for.

    Attributes:
        name: its name.
        outcome: what became of it.
        state: how the home's stood to the program's; None: the home had none.
        beside: where the edited text is now, below `templates/`; empty: it was not moved.
    """

    name: str
    outcome: CopyOutcome
    state: TemplateState | None = None
    beside: str = ""


def copy_templates(
    home: Home, names: Sequence[str], *, version: str, forced: bool = False, mine: bool = False
) -> tuple[CopiedTemplate, ...]:
    """Copy these packaged templates to the home; empty: all.

    Raises RefusedError for a name that the program has no template of, and then copies none;
    OutboxError, BusyError.

    Args:
        home: the newsletter's home.
        names: of the templates.
        version: of the program.
        forced: edited ones are replaced too, and kept beside.
        mine: those that the home has stay, and count as made from the program's of now.
    """
    if is_packaged(home):
        remedy = "name another home with --home: this one's templates are those of the program"
        raise RefusedError("templates", "these are the packaged templates", remedy)
    shipped = packaged_templates()
    for name in names:
        if name not in shipped:
            remedy = did_you_mean(name, shipped, otherwise="docs/guides/themes.md lists them")
            raise RefusedError(f"templates/{name}", "the program has no such template", remedy)
    with locked(home):
        own, origins = own_templates(home), dict(read_origins(home).templates)
        done = []
        for name in names or sorted(shipped):
            one = _copy(home, name, shipped[name], own.get(name), forced=forced, mine=mine)
            done.append(one)
            if one.outcome is not CopyOutcome.KEPT:
                text = shipped[name]
                origins[name] = TemplateOrigin(
                    version=_version_of(origins.get(name), text, version),
                    sha256=digest_of(text),
                    text=text,
                )
        # After the files: a file without its origin that is the program's is known all the same.
        there = own.keys() | {one.name for one in done if one.outcome is not CopyOutcome.KEPT}
        kept = {name: origins[name] for name in sorted(origins.keys() & there)}
        data = pretty(to_document(TemplateOrigins(templates=kept)))
        if kept:
            write_atomically(home, origins_path(home), data)
    return tuple(done)


def _version_of(before: TemplateOrigin | None, text: str, version: str) -> str:
    """The version that first had the text, so far as the record says: nothing changed since."""
    return before.version if before and before.is_whole and before.text == text else version


def _copy(
    home: Home,
    name: str,
    shipped: str,
    own: OwnTemplate | None,
    *,
    forced: bool,
    mine: bool,
) -> CopiedTemplate:
    state = own.state if own else None
    done = CopiedTemplate(name=name, outcome=CopyOutcome.COPIED, state=state)
    match state:
        case TemplateState.SAME:
            return replace(done, outcome=CopyOutcome.SAME)
        case _ if own and mine:
            return replace(done, outcome=CopyOutcome.NOTED)
        case TemplateState.OUTDATED:
            done = replace(done, outcome=CopyOutcome.UPDATED)
        case TemplateState.EDITED | TemplateState.BOTH | TemplateState.UNKNOWN if not forced:
            return replace(done, outcome=CopyOutcome.KEPT)
        case TemplateState.EDITED | TemplateState.BOTH | TemplateState.UNKNOWN:
            beside = _kept_beside(home, home.templates / name)
            done = replace(done, outcome=CopyOutcome.REPLACED, beside=beside)
    write_atomically(home, home.templates / name, shipped.encode())
    return done


def _kept_beside(home: Home, path: Path) -> str:
    """Give an edited template a name that is no template's; returns it, below `templates/`."""
    number = 1
    while (kept := path.with_name(f"{path.name}.{number}.bak")).exists() or kept.is_symlink():
        number += 1
    with disk_errors(home, of=kept):
        write_atomically(home, kept, path.read_bytes())
    return str(kept.relative_to(home.templates))
