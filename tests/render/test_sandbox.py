"""A template that asks for too much, or reaches where it must not, is one line with its place."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from msnewsletter import urls
from msnewsletter.errors import TemplateError
from msnewsletter.home import Home
from msnewsletter.publisher.templates import load_templates
from msnewsletter.render import allowance
from msnewsletter.render.allowance import STEPS
from msnewsletter.render.jinja import PackagedTemplates, environment, render
from msnewsletter.render.mail.issue_folder import render_folder
from msnewsletter.render.site.issue_pages import render_pages
from render.mail import samples

if TYPE_CHECKING:
    from collections.abc import Mapping

MEMORY = 400_000_000  # bytes more than the process had before
SECONDS = 10  # of CPU; a few times what the slowest takes here


def rendered(texts: Mapping[str, str] | str, **values: Any) -> str:
    templates = {"a.txt.j2": texts} if isinstance(texts, str) else texts
    return render(environment(templates), "a.txt.j2", **values)


def said(texts: Mapping[str, str] | str) -> str:
    """What a rendering says in a process that may take so much memory and time, and no more."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        used = int(time.process_time())
        resource.setrlimit(resource.RLIMIT_CPU, (used + SECONDS, used + SECONDS))
        answer = "nothing"
        try:
            answer = f"rendered: {rendered(texts)[:80]}"
        except TemplateError as error:
            answer = str(error)
        finally:
            os.write(writing, answer.encode()[:2_000])
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        answer = answers.read()
    assert os.waitpid(child, 0)[1] == 0, "it took too long, or too much memory"
    return answer


LONG = "{% set s = 'x' * 1000000 %}"
DOUBLED = "{% set ns = namespace(s='x') %}{% for i in range(60) %}{% set ns.s = "
EVER = "{% for i in range(99999) %}"
MANY = "{% set s = 'x' * 4900000 %}" + EVER
ROWS = "{% set r = [{'a': 1}] * 9999 %}"
NESTED = (
    "{% set n = namespace(a=[1], b=[1]) %}{% for i in range(60) %}"
    "{% set n.a = [n.a, n.a] %}{% set n.b = [n.b, n.b] %}{% endfor %}{% set a, b = n.a, n.b %}"
)
KEPT = (
    "{% set n = namespace(s=1) %}{% for i in range(9999) %}"
    "{% set n.s = [n.s, range(9999) | list] %}{% endfor %}"
)
STEPPED = f"takes more than {STEPS:,} steps"
TOO_MUCH = "characters of text"
UNSAFE = "is unsafe"
ITSELF = "uses itself too often, or without an end"

# What a template asks for in its second line, and what it is told.
ASKED = {
    "a loop without an end": ("{% for i in range(10**9) %}x{% endfor %}", "Range too big"),
    "nested loops": (
        "{% for i in range(99999) %}{% for j in range(99999) %}{{ j }}{% endfor %}{% endfor %}",
        TOO_MUCH,
    ),
    "nested loops that show nothing": (
        "{% for i in range(99999) %}{% for j in range(99999) if false %}{% endfor %}{% endfor %}",
        STEPPED,
    ),
    "a loop over what a filter gives": (
        "{% for i in range(99) %}{% for j in range(99999) | map('abs') %}{% endfor %}{% endfor %}",
        STEPPED,
    ),
    "a recursive loop": (
        "{% for i in [[1]] recursive %}{{ loop([[1], [1], [1]]) }}{% endfor %}",
        ITSELF,
    ),
    "a text many times over": ("{{ 'a' * 10**9 }}", TOO_MUCH),
    "a list many times over": ("{{ ([1] * 10**9) | length }}", "would make a list of more"),
    "a list of so many places": ("{{ ([0] * 49000000) | length }}", "would make a list of more"),
    "a huge power": ("{{ 10 ** (10 ** 9) }}", "too large a number"),
    "a tower of powers": ("{% set n = 9**999 %}{{ n * n * n * n * n }}", "too large a number"),
    "a wide line": ("{{ 'x' | center(10**9) }}", "center: the number is larger"),
    "a wide line by a constant": ("{{ 'x' | center(1000000000) }}", "center: the number is larger"),
    "a deep indent": ("{{ 'x\ny' | indent(10**9) }}", "indent: the number is larger"),
    "a long indent": (LONG + "{{ ('\n' * 1000) | indent(s, blank=true) }}", TOO_MUCH),
    "replacing each by more": (LONG + "{{ s | replace('x', s) }}", TOO_MUCH),
    "replacing in a chain": ("{{ 'x'" + " | replace('x', 'xxxxxxxxxx')" * 12 + " }}", TOO_MUCH),
    "a method that replaces": (LONG + "{{ s.replace('x', s) }}", TOO_MUCH),
    "a method that pads": ("{{ 'x'.ljust(10**9) }}", "ljust: the number is larger"),
    "a method of safe text": ("{{ ('x' | safe).center(10**9) }}", "center: the number is larger"),
    "a method that joins": (LONG + "{{ s.join(s) }}", TOO_MUCH),
    "a method that joins what comes": (
        LONG + "{{ ''.join(([s] * 1000) | map('lower')) }}",
        STEPPED,
    ),
    "joining": (LONG + "{{ ([s] * 1000) | join }}", TOO_MUCH),
    "joining with much between": (LONG + "{{ range(1000) | join(s) }}", TOO_MUCH),
    "a width after a percent sign": ("{{ '%1000000000d' % 1 }}", "the width in"),
    "a width that is given": ("{{ '%*d' % (10**9, 1) }}", "the width in"),
    "a precision": ("{{ '%.999999999f' | format(1.5) }}", "the width in"),
    "a width between braces": ("{{ '{:1000000000}'.format(1) }}", "the width in"),
    "a width between braces, given": ("{{ '{:{}}'.format(1, 10**9) }}", "the width in"),
    "many columns": (
        "{{ [1] | batch(10**9, 'x') | list | length }}",
        "batch: the number is larger",
    ),
    "many slices": ("{{ [1] | slice(10**9) | list | length }}", "slice: the number is larger"),
    "many places": ("{{ 1 | round(10**9, 'ceil') }}", "round: the number is larger"),
    "breaking lines by much": (LONG + "{{ s | wordwrap(1, wrapstring=s) }}", TOO_MUCH),
    "doubling by ~": (DOUBLED + "ns.s ~ ns.s %}{% endfor %}", TOO_MUCH),
    "doubling by +": (DOUBLED + "ns.s + ns.s %}{% endfor %}", TOO_MUCH),
    "doubling by a list": (DOUBLED + "[ns.s, ns.s] | join %}{% endfor %}", TOO_MUCH),
    "doubling by a filter": (DOUBLED + "('\"' ~ ns.s) | tojson %}{% endfor %}", TOO_MUCH),
    "doubling by %": (DOUBLED + "'%s%s' % (ns.s, ns.s) %}{% endfor %}", TOO_MUCH),
    "doubling by a block": (
        "{% set s %}x{% endset %}" + "{% set s %}{{ s }}{{ s }}{% endset %}" * 60,
        TOO_MUCH,
    ),
    "keeping ever more": (
        KEPT,
        STEPPED,
    ),
    "wrapping a huge text": ("{{ ('a' * 40000000) | wordwrap(1) }}", TOO_MUCH),
    "wrapping a long word": ("{{ ('a' * 4000000) | wordwrap(1) }}", STEPPED),
    "wrapping a long word by ours": ("{{ ('a' * 4000000) | wrap('b') }}", STEPPED),
    "wrapping many": (EVER + "{{ ('ab ' * 9000) | wordwrap }}{% endfor %}", STEPPED),
    "counting in a long text": (MANY + "{% set x = s.count('b') %}{% endfor %}", STEPPED),
    "looking in a long text": (MANY + "{% set x = 'b' in s %}{% endfor %}", STEPPED),
    "looking by a test": (MANY + "{% set x = 'b' is in(s) %}{% endfor %}", STEPPED),
    "looking from behind": ("{{ ('a' * 4000000).rfind('ab' ~ 'a' * 999999) }}", STEPPED),
    "comparing long texts": (
        "{% set s, t = 'x' * 4000000, 'x' * 4000000 %}" + EVER + "{% set x = s < t %}{% endfor %}",
        STEPPED,
    ),
    "what a method splits": ("{{ ('ab ' * 15000000).split() | length }}", TOO_MUCH),
    "what a method splits, within the limit": (
        "{% set n = namespace(s=1) %}" + EVER + "{% set n.s = [n.s, ('ab ' * 1600000).split()] %}"
        "{% endfor %}",
        TOO_MUCH,
    ),
    "letters of a long text": ("{{ ('\u0436' * 4900000) | list | length }}", STEPPED),
    "arguments of a long text": (
        "{% macro f() %}{{ varargs | length }}{% endmacro %}{{ f(*('\u0436' * 4900000)) }}",
        TOO_MUCH,
    ),
    "slicing a long text": (MANY + "{% set x = s[1:] %}{% endfor %}", TOO_MUCH),
    "sorting in a loop": (EVER + "{% set x = range(99999) | sort %}{% endfor %}", STEPPED),
    "sorting by attributes": (
        ROWS + EVER + "{% set x = r | sort(attribute='a,a,a') %}{% endfor %}",
        STEPPED,
    ),
    "grouping": (ROWS + EVER + "{% set x = r | groupby('a') %}{% endfor %}", STEPPED),
    "telling apart": (EVER + "{% set x = range(9999) | unique | sum %}{% endfor %}", STEPPED),
    "a chain of filters": (
        EVER + "{% set x = range(9999) | select('gt', 1) | reject('odd') | map('abs') | sum %}"
        "{% endfor %}",
        STEPPED,
    ),
    "adding up": (EVER + "{% set x = range(99999) | sum %}{% endfor %}", STEPPED),
    "the largest": (EVER + "{% set x = range(99999) | max %}{% endfor %}", STEPPED),
    "a copy": (ROWS + EVER + "{% set x = r.copy() %}{% endfor %}", STEPPED),
    "a place in a list": (ROWS + EVER + "{% set x = r.count(1) %}{% endfor %}", STEPPED),
    "looking in a list": (ROWS + EVER + "{% set x = i in r %}{% endfor %}", STEPPED),
    "looking in a range": (EVER + "{% set x = 1.5 in range(99999) %}{% endfor %}", STEPPED),
    "comparing lists": (NESTED + "{{ a == b }}", STEPPED),
    "comparing lists by a test": (NESTED + "{{ a is eq b }}", STEPPED),
    "comparing lists by a filter": (NESTED + "{{ [a, b] | select('eq', b) | list }}", STEPPED),
    "comparing lists in order": (NESTED + "{{ a < b }}", STEPPED),
    "looking for a list": (NESTED + "{{ a in [b] }}", STEPPED),
    "sorting lists": (NESTED + "{{ [a, b] | sort | length }}", STEPPED),
    "Python's notation by ~": (NESTED + "{{ ('' ~ a) | length }}", "this is a list"),
    "Python's notation by %": (NESTED + "{{ ('%s' % (a,)) | length }}", "this is a list"),
    "Python's notation by a format": ("{{ '{}'.format([1]) }}", "this is a list"),
    "Python's notation in a name": (NESTED + "{{ '' | attr(a) }}", STEPPED),
    "Python's notation in attributes": (NESTED + "{{ {'a': a} | xmlattr }}", STEPPED),
    "Python's notation put in": (NESTED + "{{ 'x' | replace('x', a) }}", "this is a list"),
    "a long text many times by %": (LONG + "{{ ('%s' * 90 % ((s,) * 90)) | length }}", TOO_MUCH),
    "many places for values": ("{{ ('%s' * 999) % 1 }}", "more than 100 places"),
    "the same text ever again": (LONG + "{% for i in range(99999) %}{{ s }}{% endfor %}", TOO_MUCH),
    "a list as Python writes it": ("{{ [1, 2] }}", "this is a list"),
    "a list of lists of lists": (
        "{% set a = ['x'] * 999 %}{% set a = [a] * 999 %}{% set a = [a] * 999 %}{{ a | upper }}",
        "this is a list",
    ),
    "lists joined": ("{{ [[1], [2]] | sum(start=[]) | length }}", "adds numbers"),
    "a macro that calls itself": (
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        ITSELF,
    ),
    "a macro that calls itself twice": (
        "{% macro f(n) %}{{ f(n - 1) ~ f(n - 1) if n }}{% endmacro %}{{ f(60) }}",
        STEPPED,
    ),
    "a template that includes itself": (
        "{% include 'a.txt.j2' %}",
        ITSELF,
    ),
    "a block that shows itself": (
        "{% block b %}{{ self.b() }}{% endblock %}",
        ITSELF,
    ),
    "a macro that calls itself 900 times": (
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(900) }}",
        ITSELF,
    ),
    "a template that extends itself": ("{% extends 'a.txt.j2' %}", ITSELF),
    "a template that imports itself": ("{% import 'a.txt.j2' as a %}", ITSELF),
    "a value in 5,000 lists": (
        (
            "{% set n = namespace(a=[], b=[]) %}{% for i in range(5000) %}{% set n.a = [n.a] %}"
            "{% set n.b = [n.b] %}{% endfor %}{{ n.a == n.b }}"
        ),
        "a value is nested too deeply",
    ),
    "Python's classes": ("{{ ''.__class__.__mro__ }}", UNSAFE),
    "classes by a filter": ("{{ '' | attr('__class__') }}", UNSAFE),
    "classes by a format": ("{{ '{0.__class__}'.format('') }}", UNSAFE),
    "classes by an item": ("{{ ''['__class__'] }}", UNSAFE),
    "globals of a macro's function": (
        "{% macro f() %}{% endmacro %}{{ f._func.__globals__ }}",
        UNSAFE,
    ),
    "a changed value": ("{% set s = [] %}{{ s.append(1) }}", UNSAFE),
    "bytes": ("{{ 'x'.encode() }}", UNSAFE),
    "chance": ("{{ [1, 2] | random }}", "No filter named 'random'"),
    "filler by chance": ("{{ lipsum() }}", "is undefined"),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_asks_for_too_much_is_one_line_soon_and_in_little_memory(case: str) -> None:
    asked, told = ASKED[case]
    line = said("first\n" + asked.replace("\n", "\\n"))
    assert told in line
    assert line.startswith("templates/a.txt.j2:2: ")


def test_the_place_is_that_of_the_included_template() -> None:
    line = said({"a.txt.j2": "\n{% include 'b.txt.j2' %}", "b.txt.j2": "\n\n{{ 'a' * 10**9 }}"})
    assert line.startswith("templates/b.txt.j2:3: ")


def test_templates_that_import_each_other_end() -> None:
    line = said(
        {"a.txt.j2": "\n{% import 'b.txt.j2' as b %}", "b.txt.j2": "{% import 'a.txt.j2' as a %}"}
    )
    assert line.endswith(f"{ITSELF}; correct that line")


def test_templates_that_include_each_other_twice_end() -> None:
    both = (
        "{% if n %}{% set n = n - 1 %}{% include 'b.txt.j2' %}{% include 'b.txt.j2' %}{% endif %}"
    )
    line = said({"a.txt.j2": "{% set n = 60 %}" + both, "b.txt.j2": both})
    assert STEPPED in line


@pytest.mark.parametrize("reach", ["site.re", "site['re']", "site | attr('re')"])
def test_no_module_is_within_reach_through_another(reach: str) -> None:
    with pytest.raises(TemplateError, match=UNSAFE):
        rendered(f"{{{{ ({reach}).enum.sys.modules }}}}", site=urls)
    assert rendered("{{ site.HOME }}", site=urls) == "index.html"


def test_each_rendering_has_an_allowance_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "STEPS", 1_000)
    text = "{% for i in range(30) %}{{ i }}{% endfor %}"
    for _ in range(9):
        assert len(rendered(text)) == 50
    with pytest.raises(TemplateError, match="more than 1,000 steps"):
        rendered(text * 9)


# What templates use, and what it gives: the sandbox changes nothing of it.
USED = {
    "{% for a in [1, 2] %}{{ loop.index }}/{{ loop.length }} {% endfor %}": "1/2 2/2 ",
    "{% for a in [] %}x{% else %}none{% endfor %}": "none",
    "{% for a in [1, 2, 3] if a > 1 %}{{ a }}{{ ',' if not loop.last }}{% endfor %}": "2,3",
    "{% for a in [[1, [[2, []]]]] recursive %}{{ a[0] }}{{ loop(a[1]) }}{% endfor %}": "12",
    "{% for a in 'ab' | upper %}{{ a }}.{% endfor %}": "A.B.",
    "{% for a in [3, 1] | sort | map('string') %}{{ loop.last }}{% endfor %}": "FalseTrue",
    "{% set a, b = 1, 'x' %}{{ a ~ b }}{{ b * 3 }}{{ 2 ** 10 }}{{ '%s-%03d' % (b, 7) }}": (
        "1xxxx1024x-007"
    ),
    "{{ 'ab'.replace('b', 'c') }}{{ '{}-{:>3}'.format(1, 2) }}{{ 'x'.ljust(3) }}|": "ac1-  2x  |",
    "{{ 'a b' | title }}{{ 'x' | center(5) }}{{ ['a', 'b'] | join('-') }}": "A B  x  a-b",
    "{{ [1, 2] | sum }}{{ 'a\nb' | indent(2) }}{{ 1.25 | round(1) }}": "3a\n  b1.2",
    "{% macro f(x, y=2) %}{{ x }}{{ y }}{% endmacro %}{{ f(1) }}{{ f(3, y=4) }}": "1234",
    "{% macro g(x) %}{{ x }}{{ caller() }}{% endmacro %}{% call g(3) %}c{% endcall %}": "3c",
    "{% filter upper %}a{% for i in [1] %}b{% endfor %}{% endfilter %}": "AB",
    "{% block b %}x{% endblock %}{{ self.b() }}": "xx",
    "{{ {'a': 1}.get('a') }}{{ {'a': 'b'}.a }}{{ none }}{{ true }}": "1bNoneTrue",
}


@pytest.mark.parametrize("text", USED)
def test_ordinary_templates_give_what_they_gave(text: str) -> None:
    assert rendered(text) == USED[text]


def test_autoescape_is_as_it_was() -> None:
    template = {
        "a.html.j2": "{{ '<' }}{{ '<b>' | safe }}{{ ('<' ~ x) }}{% set s %}<i>{% endset %}{{ s }}"
    }
    assert render(environment(template), "a.html.j2", x="&") == "&lt;<b>&lt;&amp;<i>"


@pytest.mark.parametrize("name", samples.ISSUES)
def test_it_makes_the_same_of_the_packaged_templates_as_they_give_without_it(
    tmp_path: Path, name: str
) -> None:
    issue, packaged = samples.ISSUES[name], load_templates(Home(tmp_path))
    assert isinstance(packaged, PackagedTemplates)
    theirs = dict(packaged)
    assert render_folder(issue, theirs).files == render_folder(issue, packaged).files
    assert render_pages(issue, theirs) == render_pages(issue, packaged)


def test_one_template_of_the_home_is_enough_to_run_all_in_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.templates.mkdir()
    (home.templates / "mine.txt.j2").write_text("{% for i in range(10 ** 9) %}{% endfor %}")
    templates = load_templates(home)
    assert not isinstance(templates, PackagedTemplates)
    with pytest.raises(TemplateError, match=r"templates/mine\.txt\.j2:1"):
        render(environment(templates), "mine.txt.j2")
