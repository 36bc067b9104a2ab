"""The differences between a home's template, the program's of now and what it was copied from."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import unified_diff
from typing import TYPE_CHECKING

from msnewsletter.errors import RefusedError
from msnewsletter.publisher.own_templates.template_origins import (
    BEHIND,
    OwnTemplate,
    TemplateState,
    own_templates,
    packaged_templates,
)
from msnewsletter.text import did_you_mean, without_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msnewsletter.home import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateDiff:
    """One difference.

    Attributes:
        says: what is compared, in one line.
        lines: a unified diff, with nothing that a terminal obeys; empty: there is no difference.
    """

    says: str
    lines: tuple[str, ...] = ()


def template_diffs(home: Home, names: Sequence[str]) -> tuple[TemplateDiff, ...]:
    """The differences of these templates of the home; empty: of all that differ.

    Raises RefusedError for one that the home has not.
    """
    own = own_templates(home)
    for name in names:
        if name not in own:
            raise _without(name, own)
    wanted = names or [name for name, one in sorted(own.items()) if one.shipped != one.text]
    return tuple(diff for name in wanted for diff in _diffs_of(own[name]))


def _without(name: str, own: dict[str, OwnTemplate]) -> RefusedError:
    if name in packaged_templates():
        problem = "the home has none of its own, so the program's counts"
        return RefusedError(f"templates/{name}", problem, f"copy it: templates copy {name}")
    remedy = did_you_mean(name, own, otherwise="name one of the home's templates/")
    return RefusedError(f"templates/{name}", "there is no such template", remedy)


def _diffs_of(one: OwnTemplate) -> Iterator[TemplateDiff]:
    place, state = f"templates/{one.name}", one.state
    if one.shipped is None:
        yield TemplateDiff(says=f"{place}: the program has no template of that name")
        return
    if state is TemplateState.SAME:
        yield TemplateDiff(says=f"{place}: it is the program's of now")
        return
    now = f"the program's {one.name} of now"
    yield _diff(f"{place}: against the program's of now", now, one.shipped, place, one.text)
    if one.origin is None:
        yield TemplateDiff(says=f"{place}: what it was copied from is not known")
    elif state in BEHIND:
        then = f"the program's {one.name} of version {one.origin.version}"
        said = f"{place}: what the program has changed since it was copied"
        yield _diff(said, then, one.origin.text, now, one.shipped)
        said = f"{place}: what you have changed since"
        yield _diff(said, then, one.origin.text, place, one.text)


def _diff(says: str, name: str, before: str, other: str, after: str) -> TemplateDiff:
    lines = unified_diff(before.splitlines(), after.splitlines(), name, other, lineterm="")
    return TemplateDiff(says=says, lines=tuple(map(without_controls, lines)))
