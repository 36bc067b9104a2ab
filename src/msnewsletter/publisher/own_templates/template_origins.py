"""What a home's templates were copied from, `templates/copied.json`, and how each stands today.

The record holds the whole text of what was copied: only with it can a later version say what the
program has changed, and what the editor has. It lies beside the templates, so that whoever copies
or backs up the folder has it too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from msnewsletter.errors import BadValueError, TemplateError, printable
from msnewsletter.home import packaged_home
from msnewsletter.model import Note
from msnewsletter.publisher.templates import read_templates
from msnewsletter.regular_file import RECORD_LIMIT, read_regular
from msnewsletter.serialize import from_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from msnewsletter.home import Home

NAME: Final = "copied.json"
PLACE: Final = f"templates/{NAME}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateOrigin:
    """The packaged template that a home's own was copied from.

    Attributes:
        version: of the program that had it.
        sha256: of its text, in hexadecimal digits.
        text: all of it.
    """

    version: str
    sha256: str
    text: str

    @property
    def is_whole(self) -> bool:
        """Whether the text is the one that was noted: a person may have edited the record."""
        return digest_of(self.text) == self.sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateOrigins:
    """The origins of a home's templates, by their names."""

    templates: dict[str, TemplateOrigin] = field(default_factory=dict)


class TemplateState(StrEnum):
    """How a home's template stands to the program's."""

    SAME = "same"  # it is the program's of now
    EDITED = "edited"  # by the home; the program's is the one that was copied
    OUTDATED = "outdated"  # the program has another since; the home has edited nothing
    BOTH = "edited and outdated"
    UNKNOWN = "not known"  # it differs, and nothing says what it was copied from
    OWN = "own"  # the program has none of that name


# Of these the program has changed something that the home does not have.
BEHIND: Final = frozenset({TemplateState.OUTDATED, TemplateState.BOTH})


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTemplate:
    """A template of a home.

    Attributes:
        name: e.g. `site/base.html.j2`.
        text: the home's.
        shipped: the program's of now; None: it has none.
        origin: what it was copied from; None: that is not known.
    """

    name: str
    text: str
    shipped: str | None = None
    origin: TemplateOrigin | None = None

    @property
    def state(self) -> TemplateState:
        """How it stands to the program's."""
        if self.shipped is None:
            return TemplateState.OWN
        if _same(self.text, self.shipped):
            return TemplateState.SAME
        if self.origin is None:
            return TemplateState.UNKNOWN
        edited = not _same(self.text, self.origin.text)
        if _same(self.origin.text, self.shipped):
            return TemplateState.EDITED
        return TemplateState.BOTH if edited else TemplateState.OUTDATED


def digest_of(text: str) -> str:
    """The SHA-256 of a template's text, in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def packaged_templates() -> dict[str, str]:
    """The program's own templates by name."""
    return read_templates(packaged_home() / "templates")


def own_templates(home: Home) -> dict[str, OwnTemplate]:
    """The home's own templates by name; none where they are the program's.

    Raises TemplateError for one, or a record of their origins, that cannot be read.
    """
    if is_packaged(home):
        return {}
    texts = read_templates(home.templates)
    if not texts:
        return {}
    shipped, origins = packaged_templates(), read_origins(home).templates
    return {
        name: OwnTemplate(
            name=name, text=text, shipped=shipped.get(name), origin=_whole(origins, name)
        )
        for name, text in texts.items()
    }


def is_packaged(home: Home) -> bool:
    """Whether the home's folder of templates is the program's: in a checkout it is."""
    return home.templates.resolve() == (packaged_home() / "templates").resolve()


def read_origins(home: Home) -> TemplateOrigins:
    """What the record says; nothing where there is none. Raises TemplateError for a broken one."""
    try:
        return from_json(TemplateOrigins, read_regular(origins_path(home), limit=RECORD_LIMIT))
    except FileNotFoundError:
        return TemplateOrigins()
    except BadValueError as error:
        raise TemplateError(PLACE, error.problem, error.remedy) from None
    except ValueError:  # pydantic's ValidationError is a ValueError
        remedy = "put it back from a backup, or remove it: then what was copied is not known"
        raise TemplateError(PLACE, "is no record of copied templates", remedy) from None


def origins_path(home: Home) -> Path:
    """Where the record is."""
    return home.templates / NAME


def behind_notes(home: Home) -> Iterator[Note]:
    """A note on each template that the program has changed since it was copied."""
    for one in own_templates(home).values():
        if one.state in BEHIND:
            yield Note(place=f"templates/{one.name}", text=behind_words(one))


def behind_words(one: OwnTemplate) -> str:
    """What is said of a template that the program has changed since it was copied."""
    version = one.origin.version if one.origin else "an unknown version"
    return (
        f"the program has changed its own since version {version}, from which this was copied; "
        f"'msnewsletter templates diff {one.name}' shows what"
    )


def templates_line(home: Home) -> str:
    """How the home's templates stand to the program's, on one line.

    Raises TemplateError for one that cannot be read.
    """
    own = own_templates(home)
    if not own:
        return "none is the home's own: the program's are in force"
    behind = [name for name, one in own.items() if one.state in BEHIND]
    unknown = [name for name, one in own.items() if one.state is TemplateState.UNKNOWN]
    said = [f"{len(own)} of the home's own"]
    if behind:
        said.append(
            f"the program has changed its own since these were copied: {_named(behind)}; "
            "'msnewsletter templates diff NAME' shows what"
        )
    if unknown:
        said.append(f"from which version these were copied is not known: {_named(unknown)}")
    return "; ".join(said)


def _named(names: list[str]) -> str:
    return printable(", ".join(sorted(names)))


def _whole(origins: Mapping[str, TemplateOrigin], name: str) -> TemplateOrigin | None:
    found = origins.get(name)
    return found if found and found.is_whole else None


def _same(one: str, other: str) -> bool:
    """Whether two texts are the same, but for the line ends that editors of Windows write."""
    return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
