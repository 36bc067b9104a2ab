"""The templates in force: the packaged ones, each replaced by the home's where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import TemplateError
from msnewsletter.home import packaged_home

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


# Templates that were called otherwise before.
_RENAMED = {"digest/top": "digest/inbox_line", "digest/end": "digest/footer"}


def load_templates(home: Home) -> dict[str, str]:
    """Every template's text by its name, e.g. `digest.mjml.j2`; raises TemplateError."""
    own = read_templates(home.templates)
    for name in own:
        folder_and_name, _, kind = name.partition(".")
        if new := _RENAMED.get(folder_and_name):
            problem = f"is called templates/{new}.{kind} now, so nothing includes it"
            raise TemplateError(f"templates/{name}", problem, "rename it")
    return read_templates(packaged_home() / "templates") | own


def read_templates(folder: Path) -> dict[str, str]:
    """The templates of a folder by name; raises TemplateError."""
    templates = {}
    for path in sorted(folder.rglob("*.j2")):
        name = path.relative_to(folder).as_posix()
        try:
            templates[name] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise TemplateError(
                f"templates/{name}", f"cannot be read ({error})", "correct it"
            ) from None
    return templates
