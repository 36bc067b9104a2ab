"""What the tests of the mail share: our own templates, and rendered issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.render.mail.render import Mail, render_mail
from render.mail.samples import ISSUES

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def templates(root: Path) -> dict[str, str]:
    """Our templates, by name."""
    folder = root / "templates"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.j2"))
    }


@pytest.fixture(scope="session")
def mails(templates: dict[str, str]) -> dict[str, Mail]:
    """The sample issues, rendered."""
    return {name: render_mail(issue, templates) for name, issue in ISSUES.items()}


@pytest.fixture
def eight(mails: dict[str, Mail]) -> Mail:
    """The issue with one of everything."""
    return mails["eight"]
