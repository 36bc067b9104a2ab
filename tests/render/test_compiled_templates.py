"""What Jinja2 makes of a template's text is made once for all sets of templates that have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from msnewsletter.errors import TemplateError
from msnewsletter.render.compiled_templates import CompiledTemplates
from msnewsletter.render.jinja import PackagedTemplates, Templates, environment, render
from msnewsletter.theme.newsletter_theme import Theme
from msnewsletter.theme.palette import LIGHT

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import Environment

TEXTS = {
    "a.txt.j2": "{{ x }} {{ theme.logo_text }}",
    "b.txt.j2": "b",
    "wrong.txt.j2": "\n{% for %}",
}
OTHERS = TEXTS | {"b.txt.j2": "another b"}


def code_of(env: Environment, name: str) -> CodeType:
    code: CodeType = env.get_template(name).root_render_func.__code__
    return code


def test_a_template_that_is_the_same_is_not_compiled_again_and_one_that_changed_is() -> None:
    one, other = environment(Templates(TEXTS)), environment(Templates(OTHERS))
    assert one is not other
    assert code_of(one, "a.txt.j2") is code_of(other, "a.txt.j2")
    assert render(one, "b.txt.j2") == "b"
    assert render(other, "b.txt.j2") == "another b"


def test_each_set_has_its_own_theme_also_where_a_constant_is_styled() -> None:
    texts = TEXTS | {"link.txt.j2": "{{ 'link' | style }}"}
    for logo, accent in (("A", "#004080"), ("B", "#400040")):
        theme = Theme(light=tuple({**LIGHT, "accent": accent}.items()), logo_text=logo)
        env = environment(Templates(texts, theme=theme))
        assert render(env, "a.txt.j2", x=1) == f"1 {logo}"
        assert accent in render(env, "link.txt.j2")


def test_a_sandbox_has_nothing_that_was_compiled_without_its_bounds() -> None:
    free, bounded = environment(PackagedTemplates(TEXTS)), environment(Templates(TEXTS))
    assert code_of(free, "b.txt.j2") is not code_of(bounded, "b.txt.j2")


def test_the_same_text_under_another_name_is_another_template() -> None:
    env = environment(Templates({"a.html.j2": "{{ x }}", "a.txt.j2": "{{ x }}"}))
    assert render(env, "a.html.j2", x="<") == "&lt;"
    assert render(env, "a.txt.j2", x="<") == "<"


def test_one_that_is_wrong_is_named_with_its_line_each_time() -> None:
    for texts in (TEXTS, TEXTS, OTHERS):
        with pytest.raises(TemplateError, match=r"templates/wrong\.txt\.j2:2"):
            render(environment(Templates(texts)), "wrong.txt.j2")


def test_no_more_is_kept_than_a_few_hundred() -> None:
    kept = CompiledTemplates()
    for number in range(1000):
        bucket = kept.get_bucket(environment(Templates(TEXTS)), f"{number}", None, "")
        assert bucket.code is None
        bucket.code = compile("1", "a", "eval")
        kept.set_bucket(bucket)
    assert len(kept) == 200
