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
from functools import wraps
from itertools import islice
from types import GeneratorType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from jinja2.exceptions import SecurityError
from jinja2.runtime import Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment

from msnewsletter.render.allowance import present
from msnewsletter.render.compile_faults import TellingEnvironment
from msnewsletter.render.counted_template import CountingCompiler, count_steps
from msnewsletter.render.foreseen_size import (
    BRACE_WIDTH,
    COLLECTIONS,
    PERCENT_WIDTH,
    PLACE,
    count_made,
    foresee,
    foresee_format,
    foresee_join,
    foresee_product,
    foresee_size,
    refuse_all_collections,
    refuse_bits,
    refuse_collections,
    refuse_widths,
    shown,
)
from msnewsletter.render.reading_steps import (
    ITEM,
    TAKEN,
    WALKED,
    read,
    read_compared,
    read_text,
    watched,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jinja2 import nodes
    from jinja2.runtime import Context

_ROUND = 60  # of a loop whose length is not known before: of what makes its values
# What a piece of text that is to be joined takes, in characters.
_PIECE = 8
_CHUNK = 1_000
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
_NOT_OF_TEXT = frozenset({"encode", "expandtabs", "format_map", "translate"})

# How the tag `trans` hands its values over to what translates (jinja2.ext.i18n).
BY_NAME = True


class Unbounded(TellingEnvironment):
    """Jinja's own environment, for templates that are the program's."""

    newstyle_gettext = BY_NAME

    def offer(self, filters: dict[str, Callable[..., Any]]) -> None:
        """Add filters of our own."""
        self.filters |= filters


class Sandbox(TellingEnvironment, ImmutableSandboxedEnvironment):
    """The environment of templates that may come from anybody."""

    newstyle_gettext = BY_NAME
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
        count_steps(source)
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
        refuse_widths(BRACE_WIDTH, text)

        @wraps(made)
        def counted(*args: Any, **named: Any) -> Any:
            foresee_format(text, (*args, *named.values()))
            return count_made(made(*args, **named))

        return counted

    def call(self, context: Context, called: Any, /, *args: Any, **named: Any) -> Any:
        """As in Jinja's sandbox; what a text's own methods make is bounded and counted."""
        if type(called) is Macro:
            return context.call(called, *args, **named)
        owner = getattr(called, "__self__", None)
        args = tuple(map(watched, args))
        given = {key: one for key, one in named.items() if key not in _CONTEXT}
        if not isinstance(owner, (str, int)):
            through = isinstance(owner, COLLECTIONS) and called.__name__ in _THROUGH
            read(args, given.values(), owner if through else ())
            made = super().call(context, called, *args, **named)
            makes = through or isinstance(called, type) or isinstance(owner, type)
            return count_made(made) if makes else made
        name = called.__name__
        if name == "join":
            args = (list(args[0]), *args[1:])
            foresee_join(args[0], (owner,), {})
        elif isinstance(owner, str) and not name.endswith("with"):
            refuse_all_collections(name, args, given)
        foresee(name, owner, args, given)
        read_text(name, owner, args, given)
        return count_made(super().call(context, called, *args, **named))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The operator, where what it makes is not too large."""
        if operator == "*":
            foresee_product(left, right)
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            refuse_bits(left.bit_length() * right)
        elif operator == "%" and isinstance(left, str):
            refuse_widths(PERCENT_WIDTH, left)
            foresee_format(left, right)
        return count_made(super().call_binop(context, operator, left, right))

    def concat(self, pieces: Iterable[str]) -> str:
        """All of them in one, counted before."""
        allowance = present()
        if type(pieces) is list and len(pieces) < _CHUNK:
            size = sum(map(len, pieces))
            foresee_size(size)
            allowance.take_characters(size + _PIECE * len(pieces))
            return "".join(pieces)
        rest, made, whole = iter(pieces), [], 0
        while some := list(islice(rest, _CHUNK)):
            try:
                size = sum(map(len, some))
                whole += size
                foresee_size(whole)
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
        present().take_steps(count * weight)
        return several

    def _each_counted(self, several: Iterable[Any], weight: int) -> Iterator[Any]:
        allowance = present()
        for one in several:
            allowance.take_steps(weight + _ROUND)
            yield one

    def step(self, weight: int) -> None:
        """Count the start of a macro, block or template."""
        present().take_steps(weight)

    def counted(self, made: Any) -> Any:
        """What `~` has put together, or a part that was cut out, counted."""
        return count_made(made)

    def piece(self, value: Any) -> Any:
        """What `~` puts together: no collection, as `{{ }}` shows none."""
        return shown(value)

    def spread(self, several: Any) -> Any:
        """What a call takes as arguments of its own (`f(*several)`), counted before."""
        try:
            present().take_characters(PLACE * len(several))
        except TypeError:  # its length is not known before
            return self._each_counted(several, ITEM)
        return several

    def compared(self, operators: str, *operands: Any) -> Any:
        """What a comparison gives, e.g. of "lt lteq" and three operands; counted before."""
        operands = tuple(map(watched, operands))
        outcome: Any = True
        for name, left, right in zip(operators.split(), operands, operands[1:], strict=False):
            read_compared(left, right, within=name in ("in", "notin"))
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

Sandbox.code_generator_class = CountingCompiler


def _counted_filter(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, bounded and counted."""
    first = 1 if hasattr(filter_, "jinja_pass_arg") else 0
    of_text, joins, glances = name in _OF_TEXT, name == "join", name in _AT_A_GLANCE

    @wraps(filter_)
    def counted(*args: Any, **named: Any) -> Any:
        args = tuple(map(watched, args))
        piped = args[first] if len(args) > first else None
        if len(args) > first + 1 or named:
            if of_text or joins:
                refuse_all_collections(name, args[first + 1 :], named)
            foresee(name, piped, args[first + 1 :], named)
        if glances:
            read(args[first + 1 :], named.values())
            return filter_(*args, **named)
        if of_text:
            refuse_collections(name, piped)
        elif joins:
            piped = piped if isinstance(piped, (str, list, tuple)) else list(piped or ())
            foresee_join(piped, args[first + 1 :], named)
            args = (*args[:first], piped, *args[first + 1 :])
        if isinstance(piped, str) and name not in _TAKING:
            read_text(name, piped, args[first + 1 :], named)
        else:
            read(args[first:], named.values())
            if isinstance(piped, (str, *WALKED)):
                present().take_steps(TAKEN * len(piped))
        return count_made(filter_(*args, **named))

    return counted


def _counted_test(name: str, test: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A test that compares, counted; `x is in several`, and in `select("in", several)`."""

    @wraps(test)
    def counted(left: Any, right: Any) -> Any:
        right = watched(right)
        read_compared(left, right, within=name == "in")
        return test(left, right)

    return counted
