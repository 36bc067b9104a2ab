"""What Jinja or Python cannot compile is said in one line, with the line of the template."""

from __future__ import annotations

import pytest

from msnewsletter.errors import TemplateError
from msnewsletter.render.jinja import PackagedTemplates, Templates, environment, included_in, render

TOO_DEEP = "is nested too deeply"
PARENTHESES = "{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}"
# What stands in the second line of a template, and what is said of it.
CASES = {
    "parentheses": (PARENTHESES, TOO_DEEP),
    "a sum that Jinja reads in a loop": ("{{ " + "1 + " * 3_000 + "1 }}", TOO_DEEP),
    "a chain of filters": ("{{ 'a'" + " | upper" * 3_000 + " }}", TOO_DEEP),
    "loops": ("{% for i in [1] %}" * 21 + "{% endfor %}" * 21, "too many statically nested blocks"),
    "conditions": ("{% if 1 %}" * 110 + "{% endif %}" * 110, "too many levels of indentation"),
    "an argument twice": ("{{ dict(a=1, a=2) }}", "keyword argument repeated: a"),
    "another template": ("{% include 'b.txt.j2' %}", TOO_DEEP),
}


@pytest.mark.parametrize("kind", [Templates, PackagedTemplates])
@pytest.mark.parametrize("case", CASES)
def test_what_cannot_be_compiled_names_its_line(case: str, kind: type[Templates]) -> None:
    text, problem = CASES[case]
    included = f"\n{PARENTHESES}"
    env = environment(kind({"a.txt.j2": f"first\n{text}\nlast", "b.txt.j2": included}))
    with pytest.raises(TemplateError) as caught:
        render(env, "a.txt.j2")
    file = "b" if case == "another template" else "a"
    assert str(caught.value) == f"templates/{file}.txt.j2:2: {problem}; correct that line"


def test_of_many_lines_the_one_is_named_where_it_is_too_deep() -> None:
    text = "{{ 1 }}\n" * 5 + "{{ " + "1 + " * 3_000 + "1 }}\n" + "{{ (1) }}\n" * 5
    with pytest.raises(TemplateError) as caught:
        render(environment({"a.txt.j2": text}), "a.txt.j2")
    assert caught.value.place == "templates/a.txt.j2:6"


def test_what_is_nested_too_deeply_includes_nothing() -> None:
    assert included_in(environment({}), "{% include 'b.txt.j2' %}" + PARENTHESES) == set()
