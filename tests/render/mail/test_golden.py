"""The bytes of the mail, as they were looked at."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from golden import check
from msnewsletter.render.mail.render import render_mail, render_short
from render.mail.samples import ARABIC, ISSUES

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.render.mail.render import Mail

FILES = {
    "digest.mjml": lambda mail: mail.mjml.encode(),
    "digest.html": lambda mail: mail.html,
    "digest.txt": lambda mail: mail.text,
    "digest.eml": lambda mail: mail.eml,
    "mailmerge.eml": lambda mail: mail.mailmerge,
}

SHORT_FILES = {
    "digest-short.mjml": lambda mail: mail.mjml.encode(),
    "digest-short.html": lambda mail: mail.html,
    "digest-short.txt": lambda mail: mail.text,
    "digest-short.eml": lambda mail: mail.eml,
}

# Prints a hash of every byte of a rendered issue.
HASH = """
import hashlib, pathlib, sys
from render.mail.samples import ISSUES
from msnewsletter.render.mail.render import render_mail
folder = pathlib.Path(sys.argv[1])
templates = {
    path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
    for path in folder.rglob("*.j2")
}
mail = render_mail(ISSUES["eight"], templates)
print(hashlib.sha256(repr(mail).encode()).hexdigest())
"""


@pytest.mark.parametrize("name", ISSUES)
@pytest.mark.parametrize("file", FILES)
def test_the_mail_is_the_one_that_was_looked_at(
    name: str, file: str, mails: dict[str, Mail], root: Path
) -> None:
    check(root / "tests" / "golden" / "mail" / name / file, FILES[file](mails[name]))


@pytest.mark.parametrize("file", ["digest.html", "digest.txt"])
def test_an_arabic_newsletter_is_the_one_that_was_looked_at(
    file: str, templates: dict[str, str], root: Path
) -> None:
    mail = render_mail(ARABIC, templates)
    check(root / "tests" / "golden" / "mail" / "arabic" / file, FILES[file](mail))


@pytest.mark.parametrize("name", ["eight", "corrections"])
@pytest.mark.parametrize("file", SHORT_FILES)
def test_the_low_energy_edition_is_the_one_that_was_looked_at(
    name: str, file: str, templates: dict[str, str], root: Path
) -> None:
    mail = render_short(ISSUES[name], templates)
    check(root / "tests" / "golden" / "mail" / name / file, SHORT_FILES[file](mail))


def test_the_bytes_are_the_same_in_every_process_time_zone_and_locale(root: Path) -> None:
    hashes = {
        subprocess.run(
            [sys.executable, "-c", HASH, str(root / "templates")],
            env={**os.environ, "PYTHONPATH": f"{root}/tests:{root}/src", **differing},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for differing in (
            {"PYTHONHASHSEED": "1", "TZ": "Pacific/Apia", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"},
        )
    }
    assert len(hashes) == 1
