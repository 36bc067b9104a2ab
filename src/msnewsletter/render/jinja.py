"""The Jinja2 environment of mail and pages, and its errors as one line with file and line.

Owns how templates are found and escaped, and how errors name their line. Reads no file: templates
come in as texts.
"""

from __future__ import annotations

import difflib
import inspect
import re
import traceback
from collections import Counter
from functools import lru_cache
from types import GeneratorType
from typing import TYPE_CHECKING, cast

from jinja2 import (
    FunctionLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    meta,
)
from jinja2 import TemplateError as JinjaError

from msnewsletter.catalogues.own_words import ENGLISH
from msnewsletter.errors import TemplateError
from msnewsletter.render import languages, sentences
from msnewsletter.render.allowance import allowed
from msnewsletter.render.compiled_templates import CompiledTemplates
from msnewsletter.render.mail import styles
from msnewsletter.render.sandbox import Sandbox, Unbounded
from msnewsletter.render.template_words import day, template_words
from msnewsletter.theme.newsletter_theme import DEFAULT_THEME

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

    from jinja2 import Environment

    from msnewsletter.theme.newsletter_theme import Theme


PLACE = "templates/"
_AROUND = 3  # lines
# Calls of one macro, block or template within each other: Python's limit allows some 200.
_OFTEN = 50
# Characters of a line that are compared: the time grows with their square.
_COMPARED = 200
_TAGGED = 20 * _COMPARED  # of a template line, with its tags
_TAG = re.compile(r"\{[{%#].*?[}%#]\}")


class Templates(dict[str, str]):
    """Templates by name, and the theme that they are rendered with."""

    def __init__(self, texts: Mapping[str, str], *, theme: Theme = DEFAULT_THEME) -> None:
        super().__init__(texts)
        self.theme = theme


class PackagedTemplates(Templates):
    """The program's own templates, and no others: they need no sandbox."""


def theme_of(templates: Mapping[str, str]) -> Theme:
    """The theme that templates are rendered with: the program's own, where they name none."""
    return templates.theme if isinstance(templates, Templates) else DEFAULT_THEME


def environment(templates: Mapping[str, str]) -> Environment:
    """The environment in which these templates, by name, know each other.

    Everything but `.txt.j2` is autoescaped; an unknown name in a template is an error, not nothing.
    The same templates give the same environment, so that each is compiled once. With a template of
    anybody else among them all run in the sandbox, which makes the same of them, more slowly.
    """
    ours = isinstance(templates, PackagedTemplates)
    kind = Unbounded if ours else Sandbox
    return _environment(tuple(sorted(templates.items())), theme_of(templates), kind)


def _dir(text: str, around: str = "ltr") -> str:
    """` dir="rtl"` where a text runs against the text around it, else nothing."""
    runs = sentences.direction(text, around)
    return "" if runs == around else languages.dir_attribute(runs)


def _align(text: str, around: str = "ltr") -> str:
    """Declarations for a paragraph that runs against the text around it, else nothing."""
    runs = sentences.direction(text, around)
    if runs == around:
        return ""
    return ";text-align:right" if runs == "rtl" else ";text-align:left"


def _dir_in(text: str, language: str, around: str = "") -> str:
    """The `dir` attribute of an element with a text in that language, where it runs otherwise.

    `around`: how the text around it runs; without it, as that language does.
    """
    runs = languages.direction_in(text, language)
    return (
        ""
        if runs == (around or languages.direction_of(language))
        else languages.dir_attribute(runs)
    )


def _bdi_in(text: str, language: str) -> str:
    """The `dir` attribute of a `bdi` with that text, where its first letter would mislead."""
    return _dir_in(text, language, languages.first_direction(text))


# What a template may use beside Jinja's own filters.
_FILTERS: dict[str, Callable[..., str]] = {
    "align": _align,
    "bdi_in": _bdi_in,
    "day": day,
    "dir": _dir,
    "dir_in": _dir_in,
    "runs": sentences.direction,
    "isolated": languages.isolated,
    "wrap": sentences.wrap,
}


@lru_cache(maxsize=4)
def _compiled(theme: Theme) -> CompiledTemplates:
    # Of each theme its own: a constant that is filtered (`'link' | style`) is filtered when its
    # template is compiled.
    del theme
    return CompiledTemplates()


@lru_cache(maxsize=4)
def _environment(
    templates: tuple[tuple[str, str], ...], theme: Theme, kind: type[Sandbox | Unbounded]
) -> Environment:
    texts = dict(templates)

    def load(name: str) -> tuple[str, str, None] | None:
        # The file name makes Jinja write it into tracebacks, where `_place` finds it.
        return (texts[name], PLACE + name, None) if name in texts else None

    made = kind(
        loader=FunctionLoader(load),
        autoescape=_is_markup,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
        bytecode_cache=_compiled(theme),
        optimized=False,  # folding constants takes longer than rendering them a few times
        extensions=["jinja2.ext.i18n"],
    )
    made.offer({**_FILTERS, "style": styles.styles_of(theme)})
    made.globals["theme"] = theme.values
    # Until a rendering brings its own: a template that is imported without its context has these.
    made.globals |= template_words(ENGLISH)
    return made


def included_in(env: Environment, text: str) -> set[str] | None:
    """The names of the templates that a text includes, extends or imports.

    None: some are named only when it is rendered. A text that is no valid template includes none.
    """
    try:
        names = set(meta.find_referenced_templates(env.parse(text)))
    except (JinjaError, RecursionError):
        return set()
    return None if None in names else {name for name in names if name is not None}


def _is_markup(name: str | None) -> bool:
    return name is None or not name.endswith(".txt.j2")


def render(env: Environment, name: str, **values: object) -> str:
    """The template's text with these values; raises TemplateError with file and line."""
    try:
        with allowed():
            return env.get_template(name).render(**values)
    except TemplateSyntaxError as error:
        place = f"{PLACE}{error.name or name}:{error.lineno}"
        raise TemplateError(
            place, error.message or "is not a valid template", "correct that line"
        ) from None
    except TemplateNotFound as error:
        raise TemplateError(
            _place(error, name), f"there is no template {error.name}", "add the file, or its name"
        ) from None
    except RecursionError as error:
        raise TemplateError(_place(error, name), _too_deep(error), "correct that line") from None
    except JinjaError as error:
        raise TemplateError(_place(error, name), str(error), "correct that line") from None
    except Exception as error:  # noqa: BLE001  (an editor's template may do anything)
        problem = f"{type(error).__name__}: {error}"
        raise TemplateError(_place(error, name), problem, "correct that line") from None


def template_line_of(env: Environment, name: str, offset: int, **values: object) -> str:
    """The template line that wrote this character of the text, e.g. `templates/a.mjml.j2:12`.

    Renders once more, watching; for blame only.
    """
    with allowed():
        return _template_line_of(env, name, offset, values)


def _template_line_of(
    env: Environment, name: str, offset: int, values: Mapping[str, object]
) -> str:
    template = env.get_template(name)
    stream = template.root_render_func(template.new_context(dict(values)))
    place, written, begun, size = PLACE + name, 0, 0, 0
    chunks = []
    for chunk in stream:
        if size <= offset:
            frame = _innermost(stream)
            place, written, begun = frame.f_code.co_filename, frame.f_lineno, size
        chunks.append(chunk)
        size += len(chunk)
    template = env.get_template(place.removeprefix(PLACE))
    line, text = template.get_corresponding_lineno(written), "".join(chunks)
    start = text.rfind("\n", 0, offset) + 1
    shown = text[start : text.find("\n", offset)]
    near = line + text[begun:offset].count("\n")
    return f"{place}:{_most_like(shown, near, _source(env, place))}"


def _source(env: Environment, place: str) -> list[str]:
    loader = cast("FunctionLoader", env.loader)
    return loader.get_source(env, place.removeprefix(PLACE))[0].split("\n")


def _most_like(shown: str, near: int, source: list[str]) -> int:
    """Jinja counts a piece of text from the tag before it: look at the lines around as well."""
    around = range(max(1, near - _AROUND), min(len(source), near + _AROUND) + 1)
    return max(
        around, key=lambda line: (_share(source[line - 1].strip(), shown), -abs(line - near))
    )


def _share(line: str, shown: str) -> float:
    """How much of a template line's own text the rendered line shows."""
    own, shown = _TAG.sub("", line[:_TAGGED])[:_COMPARED], shown[:_COMPARED]
    blocks = difflib.SequenceMatcher(None, own, shown, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(own) if own else 0


def _innermost(stream: object) -> FrameType:
    """Return the innermost paused frame of a rendering."""
    frame = inspect.currentframe()
    while isinstance(stream, GeneratorType) and stream.gi_frame is not None:
        frame = stream.gi_frame
        # Jinja keeps an included template's in a local `gen`.
        stream = stream.gi_yieldfrom or frame.f_locals.get("gen")
    return cast("FrameType", frame)


def _too_deep(error: RecursionError) -> str:
    """Why a rendering came to Python's limit; what cannot be compiled is `compile_faults.py`'s."""
    codes = (frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__))
    calls = Counter(code for code in codes if code.co_filename.startswith(PLACE))
    if max(calls.values(), default=0) >= _OFTEN:
        return "a macro, a block or a template uses itself too often, or without an end"
    return "a value is nested too deeply"


def _place(error: BaseException, name: str) -> str:
    """The innermost template line that the error came through."""
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(PLACE)
    ]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else PLACE + name
