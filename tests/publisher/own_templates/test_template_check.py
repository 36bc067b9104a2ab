"""`templates check` renders every view, and names each problem with its file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import AT, command, copy_of, empty_home, sample_home
from msnewsletter.publisher.own_templates.copy_templates import copy_templates
from msnewsletter.publisher.own_templates.template_check import check_templates

if TYPE_CHECKING:
    from pathlib import Path

    from msnewsletter.home import Home


def all_copied(root: Path) -> Home:
    home = empty_home(root)
    copy_templates(home, (), version="1.0")
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return copy_of(all_copied, tmp_path / "home")


def add(home: Home, name: str, text: str) -> int:
    """Add a line to a template; returns its number."""
    path = home.templates / name
    before = path.read_text()
    path.write_text(f"{before}{text}\n")
    return before.count("\n") + 1


def put(home: Home, name: str, old: str, new: str) -> None:
    path = home.templates / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_program_s_templates_have_no_problem(tmp_path: Path) -> None:
    home = copy_of(sample_home, tmp_path / "home")
    done = command(home, "templates", "check")
    assert (done.returncode, done.stderr) == (0, "")
    none, summed = done.stdout.splitlines()
    assert none == "The home has no template of its own: the program's are in force."
    assert summed.endswith("views of a sample issue and issue 1: no problem.")


def test_each_problem_is_one_line_with_its_place_and_a_remedy(home: Home) -> None:
    masthead, style, base = "digest/masthead.mjml.j2", "site/style.css.j2", "site/base.html.j2"
    faint = add(home, masthead, '<p style="color:#888888">hey</p>')
    picture = add(home, masthead, '<img src="https://x.example/y.gif" />')
    rule = add(home, style, ".mine { color: #999; }")
    font = add(home, style, '@import url("https://fonts.example/x.css");')
    put(home, base, "</main>", '<img src="//cdn.example/a.png"></main><script>1</script>')
    broken = add(home, "site/about.html.j2", "{% if %}")
    put(home, "door/message.html.j2", "{% block main %}", "{% block main %}{{ nothing.here }}")
    put(home, "digest/dark.mjml.j2", "{{ theme.dark.caution }}", "#555555")
    put(home, "digest.txt.j2", "{{ digest.masthead.disclaimer | wrap }}", "")
    done = command(home, "templates", "check")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    for begins in (
        f"templates/{masthead}:{faint}: “hey” is #888888 on #ffffff",
        f"templates/{masthead}:{picture}: the picture 'https://x.example/y.gif' has no alt text",
        f"templates/{masthead}:{picture}: opening the mail would load",
        f"templates/{style}:{rule}: '.mine' has #999 on #ffffff in the light mode",
        f"templates/{style}:{rule}: '.mine' has #999 on #1d2125 in the dark mode",
        f"templates/{style}:{font}: it loads something from elsewhere",
        f"templates/{base}:57: it loads something from elsewhere, '//cdn.example/a.png'",
        f"templates/{base}:57: it has a script",
        f"templates/site/about.html.j2:{broken}: ",
        "templates/door/message.html.j2:4: 'nothing' is undefined",
        "templates/digest/dark.mjml.j2:23: '.sheet .caution' has #555555 on #1d2125",
        "digest.txt: it does not say",
    ):
        assert any(line.startswith(begins) and "; " in line for line in lines), begins
    assert len({*lines}) == len(lines)


def test_what_is_wrong_with_the_words_of_an_issue_is_no_template_s_fault(tmp_path: Path) -> None:
    home = copy_of(sample_home, tmp_path / "home")
    note = "---\nissue: 1\n---\nRead [more](http://example.org/) and [more](http://example.net/)\n"
    (home.root / "issues").mkdir(exist_ok=True)
    home.next_issue.write_text(note)
    assert command(home, "check").returncode == 1
    assert check_templates(home, at=AT).problems == ()


def test_what_the_program_changed_since_is_named_beside_the_problems(home: Home) -> None:
    (home.templates / "digest.html.j2").write_text("MY OWN")
    done = command(home, "templates", "check")
    assert "digest.html.j2: nothing includes it" in done.stderr


def test_a_change_that_breaks_nothing_is_no_problem(home: Home) -> None:
    put(home, "site/base.html.j2", "All corrections", "What was wrong")
    put(home, "digest/masthead.mjml.j2", "Unsubscribe", "Leave")
    add(home, "site/style.css.j2", ".mine { color: var(--accent); background: var(--sheet) }")
    assert check_templates(home, at=AT).problems == ()


@pytest.mark.parametrize("text", ["", "{% set a = 1 %}", "{{ '%c' % 0 }}", "<!-- later -->"])
@pytest.mark.parametrize("name", ["site/404.html.j2", "site/summary.html.j2", "door/base.html.j2"])
def test_a_template_that_makes_no_page_is_one_line(home: Home, name: str, text: str) -> None:
    (home.templates / name).write_text(text)
    done = command(home, "templates", "check")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    place = "templates/door/" if name.startswith("door/") else f"templates/{name}"
    [line, *_] = [one for one in done.stdout.splitlines() if one.startswith(place)]
    assert "what comes out is no page; write the page, or remove the file" in line


def test_a_page_that_is_empty_stops_publishing_in_one_line(tmp_path: Path) -> None:
    home = copy_of(sample_home, tmp_path / "home")
    (home.templates / "site").mkdir(parents=True, exist_ok=True)
    (home.templates / "site" / "404.html.j2").write_text("")
    for verb in ("status", "doctor", "check", "publish"):
        done = command(home, verb)
        assert "Traceback" not in done.stderr
        assert "templates/site/404.html.j2: what comes out is no page" in done.stdout + done.stderr
