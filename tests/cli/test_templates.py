"""What is wrong with a home's own templates is said before a slot comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, sample_home
from msnewsletter.publisher.templates import idle_notes, load_templates

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


@pytest.mark.parametrize("verb", ["status", "check", "publish"])
def test_a_template_that_nothing_includes_is_named_with_the_name_that_was_meant(
    tmp_path: Path, verb: str
) -> None:
    home = sample_home(tmp_path)
    home.templates.mkdir()
    (home.templates / "digest.html.j2").write_text("MY OWN")
    done = command(home, verb, *AT)
    assert done.returncode == 0, done.stderr
    [line] = done.stderr.splitlines()
    assert line == (
        "note: templates/digest.html.j2: nothing includes it, so it changes nothing; "
        "did you mean 'digest.mjml.j2'?"
    )


@pytest.mark.parametrize(
    ("templates", "noted"),
    [
        ({"own.j2": "", "digest.txt.j2": "{% include 'own.j2' %}"}, []),
        ({"own.j2": "", "digest.txt.j2": '{% extends "own.j2" %}'}, []),
        ({"own.j2": "", "digest.txt.j2": "{% from 'own.j2' import macro %}"}, []),
        ({"own.j2": "", "digest.txt.j2": "{% include ['a.j2', 'own.j2'] %}"}, []),
        ({"own.j2": "", "digest.txt.j2": "{% include name %}"}, []),
        ({"own.j2": "", "digest.txt.j2": "own.j2"}, ["own.j2"]),
        ({"own.j2": "{% include 'own.j2' %}"}, ["own.j2"]),
        ({"a.j2": "", "own.j2": "{% include 'a.j2' %}"}, ["own.j2"]),
        ({"own.j2": "{% if %}"}, ["own.j2"]),
        ({"digest/note.txt.j2": "", "site/parts.html.j2": ""}, []),
        ({}, []),
    ],
)
def test_a_template_that_another_one_of_the_home_includes_is_in_use(
    tmp_path: Path, templates: dict[str, str], noted: list[str]
) -> None:
    home = empty_home(tmp_path)
    for name, text in templates.items():
        path = home.templates / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    notes = idle_notes(load_templates(home))
    assert [note.place for note in notes] == [f"templates/{name}" for name in noted]


def test_summaries_are_collected_beside_a_template_that_cannot_be_read(tmp_path: Path) -> None:
    home = sample_home(tmp_path)
    home.templates.mkdir()
    (home.templates / "digest.html.j2").write_bytes(b"\xff")
    done = command(home, "collect")
    assert (done.returncode, done.stderr) == (0, "")
