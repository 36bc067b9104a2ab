"""The templates in force: the packaged ones, each replaced by the home's where it has one.

Nothing below `templates/` that may be a template is passed over: what cannot be read is refused.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msnewsletter.errors import BadValueError, TemplateError
from msnewsletter.home import packaged_home
from msnewsletter.model import Note
from msnewsletter.regular_file import (
    WRITTEN_LIMIT,
    read_regular,
    refuse_broken_link,
    refuse_link_outside,
    unreadable,
)
from msnewsletter.render.jinja import PackagedTemplates, Templates, environment, included_in
from msnewsletter.text import did_you_mean
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from msnewsletter.home import Home
    from msnewsletter.theme.newsletter_theme import Theme


# Templates that were called otherwise before.
_RENAMED = {"digest/top": "digest/inbox_line", "digest/end": "digest/footer"}
_SUFFIX = ".j2"
# Files that are no templates: hidden, backups and locks of editors, as among summaries. Those that
# begin with "_" are templates here: many name what is only included so.
_HIDDEN = (".", "#", "~$")
_BACKUPS = ("~", "#", ".bak", ".orig", ".swp", ".tmp")
# Files and folders below templates/; a link to / would lead to millions.
_MOST = 2_000


def load_templates(home: Home, theme: Theme = DEFAULT_THEME) -> Templates:
    """Every template's text by its name, e.g. `digest.mjml.j2`; raises TemplateError.

    `theme`: with which they are rendered.
    """
    own = read_templates(home.templates)
    for name in own:
        folder_and_name, _, kind = name.partition(".")
        if new := _RENAMED.get(folder_and_name):
            problem = f"is called templates/{new}.{kind} now, so nothing includes it"
            raise TemplateError(f"templates/{name}", problem, "rename it")
    shipped = PackagedTemplates(read_templates(packaged_home() / "templates"), theme=theme)
    return Templates({**shipped, **own}, theme=theme) if own else shipped


def idle_notes(templates: Mapping[str, str]) -> Iterator[Note]:
    """A note on each template of a home that takes no packaged one's place, and nothing includes.

    `templates`: those in force.
    """
    if isinstance(templates, PackagedTemplates):
        return
    shipped = read_templates(packaged_home() / "templates")
    env = environment(templates)
    own = {name: text for name, text in templates.items() if shipped.get(name) != text}
    included = {name: included_in(env, text) for name, text in own.items()}
    for name in sorted(own.keys() - shipped.keys()):
        others = [names for other, names in included.items() if other != name]
        if not any(names is None or name in names for names in others):
            remedy = did_you_mean(
                name, shipped, otherwise="docs/guides/themes.md lists the names in use"
            )
            text = f"nothing includes it, so it changes nothing; {remedy}"
            yield Note(place=f"templates/{name}", text=text)


def read_templates(root: Path) -> dict[str, str]:
    """The templates of a folder by name; raises TemplateError."""
    return {name: _text(root / name, name) for name in sorted(_names(root))}


def _names(root: Path) -> Iterator[str]:
    """The names of all templates; raises TemplateError for what cannot be looked through."""
    folders, met = [""], 0
    while folders:
        prefix = folders.pop()
        entries = _listed(root, prefix)
        met += len(entries)
        if met > _MOST:
            problem = f"there are more than {_MOST:,} files and folders in it"
            raise TemplateError("templates", problem, "keep nothing but templates there")
        for entry in entries:
            name = prefix + entry.name
            if entry.is_symlink():
                _refuse_link(root, entry, name)
            if name.endswith(_SUFFIX):
                yield name
            elif _is_folder(entry, name):
                folders.append(f"{name}/")


def _listed(root: Path, prefix: str) -> list[os.DirEntry[str]]:
    place = f"templates/{prefix}".rstrip("/")
    try:
        with os.scandir(root / prefix) as entries:
            return [one for one in entries if not _passed_over(one.name)]
    except FileNotFoundError as error:
        if prefix or root.is_symlink():
            raise _refused(place, unreadable(error)) from None
        return []  # a home need not have the folder
    except OSError as error:
        raise _refused(place, unreadable(error)) from None


def _refuse_link(root: Path, entry: os.DirEntry[str], name: str) -> None:
    """Raise TemplateError for a link to nothing, or out of the folder, as among summaries."""
    try:
        refuse_broken_link(entry.path)
        refuse_link_outside(entry.path, root)
    except BadValueError as error:
        raise _refused(f"templates/{name}", error) from None


def _is_folder(entry: os.DirEntry[str], name: str) -> bool:
    """Whether it is a folder or a link to one."""
    try:
        return entry.is_dir()
    except OSError as error:
        raise _refused(f"templates/{name}", unreadable(error)) from None


def _passed_over(name: str) -> bool:
    return name.startswith(_HIDDEN) or name.endswith(_BACKUPS)


def _text(path: Path, name: str) -> str:
    place = f"templates/{name}"
    try:
        return read_regular(path, limit=WRITTEN_LIMIT).decode("utf-8")
    except BadValueError as error:
        raise _refused(place, error) from None
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError(place, f"cannot be read ({error})", "correct it") from None


def _refused(place: str, error: BadValueError) -> TemplateError:
    return TemplateError(place, error.problem, error.remedy)
