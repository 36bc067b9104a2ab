"""What a template cannot be compiled for although its syntax is right, each with its line.

It is nested more deeply than Jinja or Python can follow, or Python refuses what Jinja makes of it.
"""

from __future__ import annotations

import re
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.parser import Parser

TOO_DEEP = "is nested too deeply"
# What Jinja writes below a template's code: pairs of a line of the template and one of the code.
_DEBUG_INFO = re.compile(r"^debug_info = '([\d=&]*)'$", re.MULTILINE)


class TellingEnvironment(Environment):
    """An environment that raises TemplateSyntaxError, with a line, for all that cannot compile."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parser = Parser(self, source, name, filename)
        try:
            return parser.parse()
        except RecursionError:
            line = parser.stream.current.lineno
            raise TemplateSyntaxError(TOO_DEEP, line, name, filename) from None

    def compile(  # type: ignore[override]  # Jinja's overloads differ in `raw` alone
        self,
        source: str,
        name: str | None = None,
        filename: str | None = None,
        **how: Any,  # noqa: ANN401  (Jinja's own)
    ) -> Any:  # noqa: ANN401  (code; as text with `raw`)
        """As Jinja does."""
        try:
            return super().compile(source, name, filename, **how)
        except RecursionError:
            line = _deepest_line(self.parse(source, name, filename))
            raise TemplateSyntaxError(TOO_DEEP, line, name, filename) from None
        except SyntaxError as error:
            code = super().compile(source, name, filename, raw=True)
            line = _template_line(code, error.lineno or 1)
            raise TemplateSyntaxError(error.msg, line, name, filename) from None


def _deepest_line(template: nodes.Template) -> int:
    """The line of what is nested most deeply, found without recursion."""
    line, level = 1, list[nodes.Node]([template])
    while level:
        line = level[0].lineno or line
        level = [child for node in level for child in node.iter_child_nodes()]
    return line


def _template_line(code: str, line: int) -> int:
    """The template's line for one of the code that Jinja made of it."""
    found = _DEBUG_INFO.search(code)
    pairs = [pair.split("=") for pair in found[1].split("&") if pair] if found else []
    return max((int(ours) for ours, made in pairs if int(made) <= line), default=1)
