"""The templates in force: the packaged ones, each replaced by the home's where it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.errors import TemplateError
from msnewsletter.home import packaged_home

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def load_templates(home: Home) -> dict[str, str]:
    """Every template's text by its name, e.g. `digest.mjml.j2`; raises TemplateError."""
    return _read(packaged_home() / "templates") | _read(home.templates)


def _read(folder: Path) -> dict[str, str]:
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
