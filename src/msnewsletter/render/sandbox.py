"""Jinja2's sandbox, with an allowance for each rendering: so many steps, so many characters.

Templates of a home may come from anybody. Owns what they may not do: reach Python's modules and
inner objects, change what they are given, run for ever, fill the memory. Knows no template.

Steps are counted where code may run again: before a loop for all of its rounds at once, and at the
start of each macro, block and included template; and for all that a filter, a test, a method or a
comparison reads, since it reads it in one go. Characters are counted where text is put together,
and places where a list is. What would be huge at once (a width, a repetition) is refused before it
is made.
"""

from __future__ import annotations

import operator
import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from itertools import chain, islice
from types import GeneratorType, ModuleType
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jinja2.compiler import Frame
    from jinja2.runtime import Context

# Parts of templates that one rendering may run through. The page of an issue of 10,000 entries, the
# largest of all, takes 5,600,000 with our templates; all of it takes a second or two.
STEPS: Final = 20_000_000
# Characters that one rendering may put together; what is put together again counts again. That page
# takes 3,400,000.
CHARACTERS: Final = 50_000_000
# Characters of one text: nearly twice as many as that page has.
TEXT: Final = 5_000_000
# The largest number that may be a width, a count of columns or of decimal places.
_WIDTH = 1_000
# Places for values in a text that is a format.
_FIELDS = 100
# Bits of a number that is multiplied or raised to a power.
_BITS = 4_096
# Steps of what takes longer than a name or a constant does, which are one each.
_STEPS_OF: dict[type[nodes.Node], int] = {
    **dict.fromkeys((nodes.Getattr, nodes.Getitem, nodes.Output, nodes.Add, nodes.Mul), 5),
    **dict.fromkeys((nodes.Filter, nodes.Test, nodes.Concat, nodes.For, nodes.Pow), 20),
    **dict.fromkeys((nodes.List, nodes.Dict, nodes.Compare), 20),
    **dict.fromkeys((nodes.Call, nodes.CallBlock, nodes.Macro, nodes.Block), 40),
    **dict.fromkeys((nodes.Include, nodes.Import, nodes.FromImport), 200),
}
_BARE_ROUND = 2  # of a loop, even if it does nothing
_ROUND = 60  # of a loop whose length is not known before: of what makes its values
# What a piece of text that is to be joined takes, in characters; and a place in a list with what
# stands there.
_PIECE = 8
_PLACE = 32
_PLACES = CHARACTERS // _PLACE
_CHUNK = 1_000
# Characters that are read in one step, and that a search compares in the time it reads one.
_READ = 8
_SOUGHT = 32
_ITEM = 2  # steps of reading one item of a list
_WITHIN = 20  # of entering a list
_TAKEN = 20  # of a filter's taking it, with an attribute perhaps
_OBJECT = 20  # of comparing what is neither text nor number

# Values that are shown as they are.
_PLAIN = frozenset({str, Markup, bool, int, float, type(None)})
# By chance, or about Python: neither has a place in what every reader gets the same.
_NOT_OFFERED = ("random", "pprint", "urlize")
# Filters of one text; of a list each would write Python's notation.
_OF_TEXT = frozenset(
    {
        *("capitalize", "center", "e", "escape", "forceescape", "format", "indent", "lower"),
        *("replace", "string", "striptags", "title", "tojson", "trim", "truncate", "upper"),
        *("urlencode", "wordcount", "wordwrap"),
    }
)
# Filters that look at no more than the beginning of what they are given.
_AT_A_GLANCE = frozenset({"attr", "count", "d", "default", "first", "last", "length"})
# Steps of one character in filters that take longer than Python's own methods do.
_SLOW: dict[str, int] = {
    **dict.fromkeys(("indent", "urlencode", "wordcount"), 1),
    **dict.fromkeys(("align", "bdi_in", "dir", "dir_in", "runs", "isolated", "wrap"), 2),
    **dict.fromkeys(("striptags", "title"), 4),
    "wordwrap": 20,
}
# A line without a space is cut again for each line that comes of it.
_WRAPPING = frozenset({"wordwrap", "wrap"})
_WRAPPED = 500  # characters of such a line that take one step more for each of them
_SEARCHING = frozenset(
    {
        *("count", "find", "index", "partition", "replace", "rfind", "rindex", "rpartition"),
        *("rsplit", "split", "strip", "lstrip", "rstrip", "trim"),
    }
)
# What Jinja itself adds to a call within a loop or block.
_CONTEXT = frozenset({"_block_vars", "_loop_vars"})
# Methods of a collection that go through all of it.
_THROUGH = frozenset({"copy", "count", "index"})
_COMPARING = frozenset(
    {
        *("==", "eq", "equalto", "!=", "ne", ">", "gt", "greaterthan", ">=", "ge"),
        *("<", "lt", "lessthan", "<=", "le", "in"),
    }
)
_TAKING = frozenset(
    {
        *("batch", "dictsort", "groupby", "items", "join", "list", "map", "max", "min", "reject"),
        *("rejectattr", "reverse", "select", "selectattr", "slice", "sort", "sum", "unique"),
    }
)
_COLLECTIONS = (list, tuple, dict, set, frozenset)
_EMPTY: dict[str, str] = {}
_KEYS, _VALUES, _PAIRS = type(_EMPTY.keys()), type(_EMPTY.values()), type(_EMPTY.items())
_BY_HASH = (dict, set, frozenset, _KEYS, _PAIRS)
# What is read through, with what is in it.
_WALKED = (*_COLLECTIONS, range, _KEYS, _VALUES, _PAIRS)
_BY_NUMBER = frozenset(
    {"batch", "center", "indent", "ljust", "rjust", "round", "slice", "to_bytes", "zfill"}
)
_NOT_OF_TEXT = frozenset({"encode", "expandtabs", "format_map", "translate"})
# A width of four digits or one that is given with the values: `%*d`, `%9999d`, `{:9999}`, `{:{}}`.
_PERCENT_WIDTH = re.compile(r"%(?:\([^)]*\))?[-+ #0]*(?:\d*\.)?(?:\*|\d{4})")
_BRACE_WIDTH = re.compile(r"\{[^{}]*:[^{}]*(?:\{|\d{4})")


class Allowance:
    """What one rendering may still take."""

    __slots__ = ("_characters", "_steps")

    def __init__(self) -> None:
        self._steps = STEPS
        self._characters = CHARACTERS

    def take_steps(self, count: int) -> None:
        """Take so many steps; raises SecurityError where there are not so many left."""
        self._steps -= count
        if self._steps < 0:
            raise SecurityError(f"takes more than {STEPS:,} steps; does a loop or macro never end?")

    def take_characters(self, count: int) -> None:
        """Take so many characters; raises SecurityError where there are not so many left."""
        self._characters -= count
        if self._characters < 0:
            raise SecurityError(f"makes more than {CHARACTERS:,} characters of text")


# A template may be compiled outside a rendering, and its constants be worked out then.
_allowance: ContextVar[Allowance] = ContextVar("allowance")


@contextmanager
def allowed() -> Iterator[None]:
    """One rendering, with an allowance of its own."""
    token = _allowance.set(Allowance())
    try:
        yield
    finally:
        _allowance.reset(token)


def _present() -> Allowance:
    return _allowance.get(None) or Allowance()


class Unbounded(Environment):
    """Jinja's own environment, for templates that are the program's."""

    def offer(self, filters: dict[str, Callable[..., Any]]) -> None:
        """Add filters of our own."""
        self.filters |= filters


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of templates that may come from anybody."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(finalize=shown, **options)
        self._reachable: set[tuple[type, str, type]] = set()
        del self.globals["lipsum"]  # by chance
        for name in _NOT_OFFERED:
            del self.filters[name]
        for name, filter_ in self.filters.items():
            self.filters[name] = _counted_filter(name, filter_)
        for name in _COMPARING:
            self.tests[name] = _counted_test(
                name, cast("Callable[[Any, Any], Any]", self.tests[name])
            )

    def offer(self, filters: dict[str, Callable[..., Any]]) -> None:
        """Add filters of our own."""
        self.filters |= {name: _counted_filter(name, each) for name, each in filters.items()}

    # ── what Jinja calls ─────────────────────────────────────────────────────────────────────

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, *more: Any, **how: Any
    ) -> str:
        _count_steps(source)
        return super()._generate(source, name, filename, *more, **how)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """As in Jinja's sandbox, remembered."""
        try:
            value = getattr(obj, attribute)
        except AttributeError:
            return super().getattr(obj, attribute)
        # Whether it may be reached depends on these three; but a text's `format` on the text.
        asked = (type(obj), attribute, type(value))
        if asked in self._reachable:
            return value
        found = super().getattr(obj, attribute)
        if found is value and not isinstance(obj, str):
            self._reachable.add(asked)
        return found

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """No module is within reach: through one comes every other."""
        if isinstance(value, ModuleType) or (isinstance(obj, str) and attr in _NOT_OF_TEXT):
            return False
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """As in Jinja's sandbox, without large widths."""
        made = super().wrap_str_format(value)
        if made is None:
            return None
        text = value.__self__
        _refuse(_BRACE_WIDTH, text)

        @wraps(made)
        def counted(*args: Any, **named: Any) -> Any:
            _foresee_format(text, (*args, *named.values()))
            return _count(made(*args, **named))

        return counted

    def call(self, context: Context, called: Any, /, *args: Any, **named: Any) -> Any:
        """As in Jinja's sandbox; what a text's own methods make is bounded and counted."""
        if type(called) is Macro:
            return context.call(called, *args, **named)
        owner = getattr(called, "__self__", None)
        args = tuple(map(_watched, args))
        given = {key: one for key, one in named.items() if key not in _CONTEXT}
        if not isinstance(owner, (str, int)):
            through = isinstance(owner, _COLLECTIONS) and called.__name__ in _THROUGH
            _read(args, given.values(), owner if through else ())
            made = super().call(context, called, *args, **named)
            makes = through or isinstance(called, type) or isinstance(owner, type)
            return _count(made) if makes else made
        name = called.__name__
        if name == "join":
            args = (list(args[0]), *args[1:])
            _foresee_join(args[0], (owner,), {})
        elif isinstance(owner, str) and not name.endswith("with"):
            _refuse_all_collections(name, args, given)
        _foresee(name, owner, args, given)
        _read_text(name, owner, args, given)
        return _count(super().call(context, called, *args, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The operator, where what it makes is not too large."""
        if operator == "*":
            _foresee_product(left, right)
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            _refuse_bits(left.bit_length() * right)
        elif operator == "%" and isinstance(left, str):
            _refuse(_PERCENT_WIDTH, left)
            _foresee_format(left, right)
        return _count(super().call_binop(context, operator, left, right))

    def concat(self, pieces: Iterable[str]) -> str:
        """All of them in one, counted before."""
        allowance = _present()
        if type(pieces) is list and len(pieces) < _CHUNK:
            size = sum(map(len, pieces))
            _foresee_size(size)
            allowance.take_characters(size + _PIECE * len(pieces))
            return "".join(pieces)
        rest, made, whole = iter(pieces), [], 0
        while some := list(islice(rest, _CHUNK)):
            try:
                size = sum(map(len, some))
                whole += size
                _foresee_size(whole)
                allowance.take_characters(size + _PIECE * len(some))
            except SecurityError as error:
                if isinstance(rest, GeneratorType):
                    rest.throw(error)  # so that it comes from the template's own line
                raise
            made.append("".join(some))
        return "".join(made)

    # ── what compiled templates call ─────────────────────────────────────────────────────────

    def rounds(self, several: Any, weight: int) -> Any:
        """What a loop runs over, all of its rounds counted; `weight`: the steps of one."""
        try:
            count = len(several)
        except TypeError:  # its length is not known before
            return self._each_counted(several, weight)
        _present().take_steps(count * weight)
        return several

    def _each_counted(self, several: Iterable[Any], weight: int) -> Iterator[Any]:
        allowance = _present()
        for one in several:
            allowance.take_steps(weight + _ROUND)
            yield one

    def step(self, weight: int) -> None:
        """Count the start of a macro, block or template."""
        _present().take_steps(weight)

    def counted(self, made: Any) -> Any:
        """What `~` has put together, or a part that was cut out, counted."""
        return _count(made)

    def piece(self, value: Any) -> Any:
        """What `~` puts together: no collection, as `{{ }}` shows none."""
        return shown(value)

    def spread(self, several: Any) -> Any:
        """What a call takes as arguments of its own (`f(*several)`), counted before."""
        try:
            _present().take_characters(_PLACE * len(several))
        except TypeError:  # its length is not known before
            return self._each_counted(several, _ITEM)
        return several

    def compared(self, operators: str, *operands: Any) -> Any:
        """What a comparison gives, e.g. of "lt lteq" and three operands; counted before."""
        operands = tuple(map(_watched, operands))
        outcome: Any = True
        for name, left, right in zip(operators.split(), operands, operands[1:], strict=False):
            _read_compared(left, right, within=name in ("in", "notin"))
            outcome = _COMPARISONS[name](left, right)
            if not outcome:
                break
        return outcome


_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "gteq": operator.ge,
    "lt": operator.lt,
    "lteq": operator.le,
    "in": lambda item, several: item in several,
    "notin": lambda item, several: item not in several,
}


class _Compiler(CodeGenerator):
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


Sandbox.code_generator_class = _Compiler


# ── counting steps: what is added to a template before it is compiled ────────────────────────


def _count_steps(template: nodes.Template) -> None:
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


# ── counting characters, and foreseeing them ─────────────────────────────────────────────────


def _count(made: Any) -> Any:
    """What was made, its size taken from the allowance."""
    if isinstance(made, str):
        _foresee_size(len(made))
        _present().take_characters(len(made))
    elif isinstance(made, _COLLECTIONS):
        _present().take_characters(_PLACE * len(made))
    return made


def _counted_filter(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, bounded and counted."""
    first = 1 if hasattr(filter_, "jinja_pass_arg") else 0
    of_text, joins, glances = name in _OF_TEXT, name == "join", name in _AT_A_GLANCE

    @wraps(filter_)
    def counted(*args: Any, **named: Any) -> Any:
        args = tuple(map(_watched, args))
        piped = args[first] if len(args) > first else None
        if len(args) > first + 1 or named:
            if of_text or joins:
                _refuse_all_collections(name, args[first + 1 :], named)
            _foresee(name, piped, args[first + 1 :], named)
        if glances:
            _read(args[first + 1 :], named.values())
            return filter_(*args, **named)
        if of_text:
            _refuse_collections(name, piped)
        elif joins:
            piped = piped if isinstance(piped, (str, list, tuple)) else list(piped or ())
            _foresee_join(piped, args[first + 1 :], named)
            args = (*args[:first], piped, *args[first + 1 :])
        if isinstance(piped, str) and name not in _TAKING:
            _read_text(name, piped, args[first + 1 :], named)
        else:
            _read(args[first:], named.values())
            if isinstance(piped, (str, *_WALKED)):
                _present().take_steps(_TAKEN * len(piped))
        return _count(filter_(*args, **named))

    return counted


def _counted_test(name: str, test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A test that compares, counted; `x is in several`, and in `select("in", several)`."""

    @wraps(test)
    def counted(left: Any, right: Any) -> Any:
        right = _watched(right)
        _read_compared(left, right, within=name == "in")
        return test(left, right)

    return counted


# ── counting what is read ────────────────────────────────────────────────────────────────────


def _watched(value: Any) -> Any:
    """The value; of what gives its items one by one, with each counted as it comes."""
    return _each_watched(value) if isinstance(value, GeneratorType) else value


def _each_watched(several: Iterator[Any]) -> Iterator[Any]:
    allowance = _present()
    for one in several:
        allowance.take_steps(_TAKEN)
        yield one


def _read(*given: Any) -> None:
    """Count the steps of reading all of it, with whatever is within: a list twice, if twice in."""
    allowance, waiting = _present(), list(given)
    while waiting:
        several = waiting.pop()
        allowance.take_steps(_WITHIN + _ITEM * len(several))
        if isinstance(several, range):
            continue
        characters = 0
        for one in chain(several, several.values()) if isinstance(several, dict) else several:
            if isinstance(one, str):
                characters += len(one)
            elif isinstance(one, _WALKED):
                waiting.append(one)
        allowance.take_steps(characters // _READ)


def _read_text(name: str, text: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Count the steps of a text's method or filter."""
    _read(args, named.values())
    if not isinstance(text, str):
        return
    size = len(text)
    steps = size * _SLOW[name] if name in _SLOW else size // _READ
    if name in _WRAPPING and size > _WRAPPED:
        steps += size * (max(map(len, text.splitlines()), default=0) // _WRAPPED)
    elif name in _SEARCHING:
        longest = max((len(one) for one in args if isinstance(one, str)), default=0)
        steps *= 1 + longest // _SOUGHT
    _present().take_steps(steps)


def _read_compared(left: Any, right: Any, *, within: bool) -> None:
    """Count the steps of comparing two values, or of looking for the left one in the right one."""
    if isinstance(right, str):
        if isinstance(left, str):
            compared = len(right) if within else min(len(left), len(right))
            _present().take_steps((compared // _READ) * (1 + within * (len(left) // _SOUGHT)))
    elif isinstance(right, _WALKED):
        if isinstance(left, _WALKED):
            _read((left,), (right,))
        if within and not isinstance(right, _BY_HASH):
            each = 1 + len(left) // _SOUGHT if isinstance(left, str) else 1
            _present().take_steps(len(right) * (each if type(left) in _PLAIN else _OBJECT))


def _foresee(name: str, text: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Refuse what would be too large: a text's method, or a filter, with these arguments."""
    given = (*args, *named.values())
    if name in _BY_NUMBER and any(isinstance(one, int) and one > _WIDTH for one in given):
        raise SecurityError(f"{name}: the number is larger than {_WIDTH:,}")
    if name == "format" and isinstance(text, str):
        _refuse(_PERCENT_WIDTH, text)
        _foresee_format(text, named or given)
    elif name == "sum" and any(isinstance(one, (list, tuple)) for one in given):
        raise SecurityError("sum: adds numbers, not lists")
    elif name in _INSERTING and isinstance(text, str):
        longest = max((len(one) for one in given if isinstance(one, str)), default=1)
        if name == "indent":
            longest = max([longest, *(one for one in given if isinstance(one, int))])
        _foresee_size(_INSERTING[name](text, given) * longest)


# How often each may insert something into a text, at most.
_INSERTING: dict[str, Callable[[str, tuple[Any, ...]], int]] = {
    "replace": lambda text, given: text.count(given[0]) if isinstance(given[0], str) else 0,
    "indent": lambda text, _: text.count("\n") + 1,
    "wordwrap": lambda text, _: len(text),
    "wrap": lambda text, _: len(text),
}


def _foresee_join(several: Any, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    if isinstance(several, (list, tuple)):
        between = [one for one in (*args, *named.values()) if isinstance(one, str)]
        for one in several:
            _refuse_collections("join", one)
        whole = sum(len(one) for one in several if isinstance(one, str))
        _foresee_size(whole + len(several) * sum(map(len, between)))


def _foresee_format(text: str, values: Any) -> None:
    """Refuse what `%` or `format` would make too large of these values."""
    fields = text.count("%") + text.count("{")
    if fields > _FIELDS:
        raise SecurityError(f"a text with more than {_FIELDS} places for values")
    if isinstance(values, dict):
        values = tuple(values.values())
    whole = 0
    for one in values if isinstance(values, tuple) else (values,):
        _refuse_collections("format", one)
        whole += len(one) if isinstance(one, str) else 0
    _foresee_size(len(text) + fields * whole)


def _foresee_product(left: Any, right: Any) -> None:
    if isinstance(left, int) and isinstance(right, int):
        _refuse_bits(left.bit_length() + right.bit_length())
    for several, times in ((left, right), (right, left)):
        if isinstance(times, int):
            if isinstance(several, str):
                _foresee_size(len(several) * times)
            elif isinstance(several, (list, tuple)) and len(several) * times > _PLACES:
                raise SecurityError(f"would make a list of more than {_PLACES:,} items")


def _foresee_size(size: int) -> None:
    if size > TEXT:
        raise SecurityError(f"would make more than {TEXT:,} characters of text")


def _refuse_bits(bits: int) -> None:
    if bits > _BITS:
        raise SecurityError("makes too large a number")


def _refuse(widths: re.Pattern[str], text: str) -> None:
    if found := widths.search(text):
        raise SecurityError(f"the width in {found[0]!r} is too large, or given with the values")


def _refuse_collections(name: str, value: Any) -> None:
    if isinstance(value, (list, tuple, dict, set, frozenset)):
        raise SecurityError(f"{name}: takes a text, and this is a {type(value).__name__}")


def _refuse_all_collections(name: str, args: tuple[Any, ...], named: dict[str, Any]) -> None:
    for one in (*args, *named.values()):
        _refuse_collections(name, one)


def shown(value: Any) -> Any:
    """What `{{ }}` shows: anything but a collection, which would show Python's notation."""
    if type(value) not in _PLAIN:
        _refuse_collections("{{ }}", value)
    return value
