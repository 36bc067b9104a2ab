"""Copying never costs an editor a word, and what was copied is known afterwards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from homes import command, copy_of, empty_home
from msnewsletter.errors import RefusedError, TemplateError
from msnewsletter.home import Home, packaged_home
from msnewsletter.publisher.own_templates.copy_templates import (
    CopiedTemplate,
    CopyOutcome,
    copy_templates,
)
from msnewsletter.publisher.own_templates.template_origins import (
    TemplateState,
    digest_of,
    origins_path,
    own_templates,
    packaged_templates,
    read_origins,
    templates_line,
)

if TYPE_CHECKING:
    from pathlib import Path

STYLE, ABOUT = "site/style.css.j2", "site/about.html.j2"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(empty_home, tmp_path / "home")


def copied(home: Home, *names: str, **how: bool) -> CopiedTemplate:
    [done] = copy_templates(home, names, version="1.0", **how)
    return done


def edit(home: Home, name: str) -> str:
    path = home.templates / name
    text = path.read_text() + "MY OWN WORDS\n"
    path.write_text(text)
    return text


def came_from_older(home: Home, name: str, *, edited: bool = False) -> None:
    """As it is after an update of the program: what was copied is not what it has now."""
    older = packaged_templates()[name] + "AN OLDER LINE\n"
    record = json.loads(origins_path(home).read_text())
    record["templates"][name] = {"version": "0.9", "sha256": digest_of(older), "text": older}
    origins_path(home).write_text(json.dumps(record))
    (home.templates / name).write_text(older + ("MY OWN WORDS\n" if edited else ""))


def state(home: Home, name: str) -> TemplateState:
    return own_templates(home)[name].state


def test_a_copy_is_the_program_s_and_where_it_is_from_is_data(home: Home) -> None:
    assert copied(home, STYLE).outcome is CopyOutcome.COPIED
    text = packaged_templates()[STYLE]
    assert (home.templates / STYLE).read_text() == text
    origin = read_origins(home).templates[STYLE]
    assert (origin.version, origin.sha256, origin.text) == ("1.0", digest_of(text), text)
    assert state(home, STYLE) is TemplateState.SAME


def test_all_templates_are_copied_at_once_and_mail_and_pages_stay_what_they_were(
    home: Home,
) -> None:
    done = copy_templates(home, (), version="1.0")
    assert {one.outcome for one in done} == {CopyOutcome.COPIED}
    packaged = packaged_home() / "templates"
    for path in packaged.rglob("*.j2"):
        assert (home.templates / path.relative_to(packaged)).read_bytes() == path.read_bytes()


def test_a_second_copy_does_nothing(home: Home) -> None:
    copied(home, STYLE)
    before = origins_path(home).read_bytes()
    assert copy_templates(home, (STYLE,), version="2.0")[0].outcome is CopyOutcome.SAME
    # The version is the one that first had this text.
    assert origins_path(home).read_bytes() == before


def test_an_edited_template_stays_and_is_said(home: Home) -> None:
    copied(home, STYLE)
    text = edit(home, STYLE)
    assert copied(home, STYLE).outcome is CopyOutcome.KEPT
    assert (home.templates / STYLE).read_text() == text
    done = command(home, "templates", "copy", STYLE, ABOUT)
    assert done.returncode == 1
    assert f"templates/{STYLE}: KEPT: it was edited" in done.stdout
    assert f"templates/{ABOUT}: copied" in done.stdout


def test_an_edited_template_is_replaced_where_somebody_says_so_and_kept_beside(home: Home) -> None:
    copied(home, STYLE)
    first = edit(home, STYLE)
    done = copied(home, STYLE, forced=True)
    assert (done.outcome, done.beside) == (CopyOutcome.REPLACED, f"{STYLE}.1.bak")
    second = edit(home, STYLE)
    assert copied(home, STYLE, forced=True).beside == f"{STYLE}.2.bak"
    kept = [(home.templates / f"{STYLE}.{number}.bak").read_text() for number in (1, 2)]
    assert kept == [first, second]
    assert set(own_templates(home)) == {STYLE}


def test_a_copy_that_nobody_edited_is_brought_up_to_date(home: Home) -> None:
    copied(home, STYLE)
    came_from_older(home, STYLE)
    assert state(home, STYLE) is TemplateState.OUTDATED
    assert copied(home, STYLE).outcome is CopyOutcome.UPDATED
    assert state(home, STYLE) is TemplateState.SAME


def test_what_the_program_changed_is_named_until_somebody_says_that_they_keep_theirs(
    home: Home,
) -> None:
    copied(home, STYLE)
    came_from_older(home, STYLE, edited=True)
    text = (home.templates / STYLE).read_text()
    assert state(home, STYLE) is TemplateState.BOTH
    shown = command(home, "templates", "diff", STYLE).stdout
    assert f"templates/{STYLE}: what the program has changed since it was copied" in shown
    assert "-AN OLDER LINE" in shown
    assert "+MY OWN WORDS" in shown
    line = f"templates/{STYLE}: the program has changed its own since version 0.9"
    assert line in command(home, "status").stderr
    assert line in command(home, "check").stderr
    assert f"these were copied: {STYLE}" in command(home, "doctor").stdout
    assert copied(home, STYLE, mine=True).outcome is CopyOutcome.NOTED
    assert (home.templates / STYLE).read_text() == text
    assert state(home, STYLE) is TemplateState.EDITED
    assert command(home, "status").stderr == ""


def test_of_a_template_without_a_record_nothing_is_claimed(home: Home) -> None:
    path = home.templates / STYLE
    path.parent.mkdir(parents=True)
    path.write_text(packaged_templates()[STYLE])
    assert state(home, STYLE) is TemplateState.SAME
    path.write_text("MY OWN")
    assert state(home, STYLE) is TemplateState.UNKNOWN
    assert templates_line(home) == (
        "1 of the home's own; from which version these were copied is not known: " + STYLE
    )
    assert copied(home, STYLE).outcome is CopyOutcome.KEPT
    shown = command(home, "templates", "diff").stdout
    assert f"templates/{STYLE}: what it was copied from is not known" in shown
    done = command(home, "templates", "copy", STYLE)
    assert "what it was copied from is not known, and it differs" in done.stdout


def test_a_record_that_was_edited_claims_nothing(home: Home) -> None:
    copied(home, STYLE)
    edit(home, STYLE)
    record = origins_path(home)
    record.write_text(record.read_text().replace("color-scheme", "colour-scheme"))
    assert state(home, STYLE) is TemplateState.UNKNOWN


@pytest.mark.parametrize("data", [b"\xff", b"{}}", b'{"templates": 3}'])
def test_a_record_that_is_none_is_one_line(home: Home, data: bytes) -> None:
    copied(home, STYLE)
    origins_path(home).write_bytes(data)
    with pytest.raises(TemplateError, match=r"templates/copied\.json: is no record of copied"):
        own_templates(home)


def test_line_ends_of_windows_are_no_edit(home: Home) -> None:
    copied(home, STYLE)
    path = home.templates / STYLE
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert state(home, STYLE) is TemplateState.SAME


def test_a_wrong_name_copies_nothing(home: Home) -> None:
    with pytest.raises(RefusedError, match=r"did you mean 'site/style\.css\.j2'\?"):
        copy_templates(home, (ABOUT, "site/style.css"), version="1.0")
    assert not home.templates.exists()
    with pytest.raises(RefusedError, match="these are the packaged templates"):
        copy_templates(Home(packaged_home()), (ABOUT,), version="1.0")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Name templates, or give --all"),
        (("--all", STYLE), "Name templates, or give --all"),
        (("--mine", "--force", STYLE), "give one of them"),
    ],
)
def test_orders_that_contradict_each_other_are_refused(
    home: Home, words: tuple[str, ...], says: str
) -> None:
    done = command(home, "templates", "copy", *words)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_difference_of_a_template_that_the_home_has_not_is_one_line(home: Home) -> None:
    assert f"copy it: templates copy {STYLE}" in command(home, "templates", "diff", STYLE).stderr
    assert "there is no such template" in command(home, "templates", "diff", "x.j2").stderr
    assert "No template of the home differs" in command(home, "templates", "diff").stdout


def test_a_broken_record_is_bad_in_doctor_and_stops_no_issue(home: Home) -> None:
    copied(home, STYLE)
    origins_path(home).write_bytes(b"{}}")
    done = command(home, "doctor")
    assert "BAD  templates: templates/copied.json: is no record of copied templates" in done.stdout
    assert command(home, "check").returncode == 0
