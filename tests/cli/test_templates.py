"""What is wrong with a home's own templates is said before a slot comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command, sample_home

if TYPE_CHECKING:
    from pathlib import Path

AT = ("--at", "2026-11-23T08:00")


@pytest.mark.parametrize("name", ["digest/end.mjml.j2", "digest/top.txt.j2"])
def test_a_template_under_its_old_name_is_refused_with_the_new_one(
    tmp_path: Path, name: str
) -> None:
    home = sample_home(tmp_path)
    path = home.templates / name
    path.parent.mkdir(parents=True)
    path.write_text("MY OWN")
    done = command(home, "publish", *AT)
    assert done.returncode == 1
    new = name.replace("end", "footer").replace("top", "inbox_line")
    assert f"templates/{name}: is called templates/{new} now" in done.stderr
    assert not home.outbox.exists() or not list((home.outbox / "new").iterdir())


@pytest.mark.parametrize("verb", ["status", "check", "doctor"])
def test_a_template_that_cannot_be_read_is_known_before_the_slot(tmp_path: Path, verb: str) -> None:
    home = sample_home(tmp_path)
    path = home.templates / "site" / "404.html.j2"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"\xff")
    done = command(home, verb)
    assert done.returncode == 1
    assert "templates/site/404.html.j2: cannot be read" in done.stdout + done.stderr
