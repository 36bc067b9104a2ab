"""Lets a template say how much it is: what is added to it before it is compiled, and as it is.

Whatever may run again says first how many steps it takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from jinja2 import nodes
from jinja2.compiler import CodeGenerator

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2.compiler import Frame

# Steps of what takes longer than a name or a constant does, which are one each.
_STEPS_OF: dict[type[nodes.Node], int] = {
    **dict.fromkeys((nodes.Getattr, nodes.Getitem, nodes.Output, nodes.Add, nodes.Mul), 5),
    **dict.fromkeys((nodes.Filter, nodes.Test, nodes.Concat, nodes.For, nodes.Pow), 20),
    **dict.fromkeys((nodes.List, nodes.Dict, nodes.Compare), 20),
    **dict.fromkeys((nodes.Call, nodes.CallBlock, nodes.Macro, nodes.Block), 40),
    **dict.fromkeys((nodes.Include, nodes.Import, nodes.FromImport), 200),
}
_BARE_ROUND = 2  # of a loop, even if it does nothing


class CountingCompiler(CodeGenerator):
    """Jinja's compiler; it calls the environment's counting directly."""

    def visit_Call(  # noqa: N802  (Jinja's name)
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002  (Jinja's own)
    ) -> None:
        """Write a call."""
        if not isinstance(node.node, nodes.EnvironmentAttribute):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write(f"environment.{node.node.name}(")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  (Jinja's name)
        """Write `a ~ b`, counted."""
        self.write("environment.counted(")
        super().visit_Concat(node, frame)
        self.write(")")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802  (Jinja's name)
        """Write `a[1]`, or `a[1:]`, counted."""
        cuts = isinstance(node.arg, nodes.Slice)
        self.write("environment.counted(" if cuts else "")
        super().visit_Getitem(node, frame)
        self.write(")" if cuts else "")

    def visit_Compare(self, node: nodes.Compare, frame: Frame) -> None:  # noqa: N802  (Jinja's name)
        """Write `a == b`, counted; with what the template itself names it is short."""
        if any(isinstance(one, nodes.Const) for one in (node.expr, node.ops[0].expr)) and (
            node.ops[0].op not in ("in", "notin")
        ):
            super().visit_Compare(node, frame)
            return
        names = " ".join(each.op for each in node.ops)
        self.write(f"environment.compared({names!r}")
        for one in (node.expr, *(each.expr for each in node.ops)):
            self.write(", ")
            self.visit(one, frame)
        self.write(")")


def count_steps(template: nodes.Template) -> None:
    """Let everything that may run again say first how much it is."""
    for loop in list(template.find_all(nodes.For)):
        if loop.recursive:  # it is entered again from within
            loop.body.insert(0, _step(loop, _weight(loop.body)))
        else:
            once = _BARE_ROUND + _weight([*loop.body, *([loop.test] if loop.test else [])])
            weight = nodes.Const(once, lineno=loop.lineno)
            over: list[nodes.Expr] = [cast("nodes.Expr", loop.iter), weight]
            loop.iter = _call("rounds", over, loop.lineno)
    bodies: list[nodes.Macro | nodes.CallBlock | nodes.Block] = [
        *template.find_all(nodes.Macro),
        *template.find_all(nodes.CallBlock),
        *template.find_all(nodes.Block),
    ]
    for one in bodies:
        one.body.insert(0, _step(one, _weight(one.body)))
    template.body.insert(0, _step(template, _weight(template.body)))

    calls: list[nodes.Call | nodes.Filter | nodes.Test] = [
        *template.find_all(nodes.Call),
        *template.find_all(nodes.Filter),
        *template.find_all(nodes.Test),
    ]
    for call in calls:
        if call.dyn_args is not None:
            call.dyn_args = _call("spread", [call.dyn_args], call.lineno)
    for text in template.find_all(nodes.Concat):
        text.nodes = [
            one if isinstance(one, nodes.Const) else _call("piece", [one], one.lineno)
            for one in text.nodes
        ]


def _step(node: nodes.Node, weight: int) -> nodes.Stmt:
    call = _call("step", [nodes.Const(weight, lineno=node.lineno)], node.lineno)
    return nodes.ExprStmt(call, lineno=node.lineno)


def _call(name: str, arguments: list[nodes.Expr], line: int) -> nodes.Call:
    target = nodes.EnvironmentAttribute(name, lineno=line)
    return nodes.Call(target, arguments, [], None, None, lineno=line)


def _weight(body: Iterable[nodes.Node]) -> int:
    """The steps of running it once; loops and macros in it count for themselves."""
    return sum(
        _STEPS_OF.get(type(node), 1)
        + (0 if isinstance(node, (nodes.For, nodes.Macro)) else _weight(node.iter_child_nodes()))
        for node in body
    )
