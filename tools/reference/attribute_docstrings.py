"""What is said of the names in a class: the texts that stand below them in its source."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from itertools import pairwise
from typing import TYPE_CHECKING

from reference.markdown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator


def below(kind: type) -> dict[str, str]:
    """The text below each name of a class and of those that it is made of, on one line."""
    found: dict[str, str] = {}
    for one in reversed(kind.__mro__):
        if one.__module__.startswith("msnewsletter"):
            found |= dict(_below(one))
    return found


def _below(kind: type) -> Iterator[tuple[str, str]]:
    parsed = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    body = next(node.body for node in parsed.body if isinstance(node, ast.ClassDef))
    for before, after in pairwise(body):
        match before, after:
            case (
                ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield name, one_line(text)


def in_docstring(kind: type) -> dict[str, str]:
    """The same, of those that stand below "Attributes:" in its docstring."""
    _, _, listed = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")
    parts = re.findall(r"^ {4}(\w+(?:, \w+)*): (.*(?:\n {8}.*)*)", listed, re.MULTILINE)
    return {name: one_line(text) for names, text in parts for name in names.split(", ")}


def introduction(kind: type) -> str:
    """The docstring of a class up to "Attributes:", its paragraphs on one line each."""
    text = (inspect.getdoc(kind) or "").partition("\nAttributes:\n")[0]
    return "\n\n".join(one_line(part) for part in text.strip().split("\n\n"))
