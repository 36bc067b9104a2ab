"""A line that is being typed: the words that its shell would make of it, and how one is quoted.

Nothing of it is ever run: "$(...)", and a variable that only the shell knows, stay as typed.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum

# A word is made of such pieces. A quote that nobody has closed yet reaches to the end.
_PIECES = r"""(?xs)
    (?P<space> [\ \t\n]+ )
  | (?P<redirection> [<>]+ [&|]? )
  | (?P<ansi> \$'(?:\\.?|[^'\\])* (?P<ansi_end>')? )
  | (?P<single> {single} (?P<single_end>')? )
  | (?P<double> "(?:\\.?|[^"\\])* (?P<double_end>")? )
  | (?P<escaped> \\.? )
  | (?P<bare> \$?[^\ \t\n<>'"\\$]* )
"""
_POSIX = re.compile(_PIECES.format(single=r"'[^']*"))
_FISH = re.compile(_PIECES.format(single=r"'(?:\\.?|[^'\\])*"))  # there \' is a quote

_IN_DOUBLE = re.compile(r"\\([$`\"\\\n])")
_IN_SINGLE = re.compile(r"\\(['\\])")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_ESCAPED_OR_VARIABLE = re.compile(f"{_IN_DOUBLE.pattern}|{_VARIABLE.pattern}")

# What no shell gives a meaning to, wherever in a word it stands.
_NEEDS_A_BACKSLASH = re.compile(r"(?a)[^\w@%+=:,./\x80-\U0010ffff-]")


class Quote(StrEnum):
    """In which quotes a line ends."""

    NONE = ""  # in none
    SINGLE = "'"
    DOUBLE = '"'
    ANSI = "$'"  # in which a backslash has C's meaning


@dataclass(frozen=True, kw_only=True)
class TypedLine:
    """What is typed of a command.

    Attributes:
        words: those that are complete, as the program would get them: `~`, `~user` and variables
            of the environment are expanded. Redirections are left out.
        begun: what is typed of the last one, without its quotes; nothing is expanded. It may be "".
        quote: where that one ends.
    """

    words: tuple[str, ...]
    begun: str
    quote: Quote


def read_line(line: str, *, fish: bool = False) -> TypedLine:
    """The words of a line that ends where the cursor is; never fails.

    fish: it is quoted as in fish, not as in a POSIX shell.
    """
    reader = _Reader(fish=fish)
    for piece in (_FISH if fish else _POSIX).finditer(line):
        reader.take(piece)
    return TypedLine(words=tuple(reader.words), begun=reader.literal, quote=reader.quote)


def quoted(text: str, quote: Quote) -> str:
    """Text such that bash reads just that where it is in these quotes; they are not closed.

    An exclamation mark would mean an earlier line, between double quotes, too.
    """
    match quote:
        case Quote.NONE:
            return _NEEDS_A_BACKSLASH.sub(r"\\\g<0>", text)
        case Quote.SINGLE:
            return text.replace("'", r"'\''")
        case Quote.DOUBLE:
            return re.sub(r'[\\"$`]', r"\\\g<0>", text).replace("!", r'"\!"')
        case Quote.ANSI:
            return re.sub(r"[\\']", r"\\\g<0>", text).replace("!", r"\x21")


class _Reader:
    """The words so far."""

    def __init__(self, *, fish: bool) -> None:
        self.words: list[str] = []
        self._fish = fish
        self._redirected = False  # the next word is a file's
        self._begin()

    def _begin(self) -> None:
        self._raw = self.literal = self._expanded = ""
        self.quote = Quote.NONE

    def take(self, piece: re.Match[str]) -> None:
        """Read on."""
        raw = piece[0]
        match piece.lastgroup:
            case "space":
                self._end()
            case "redirection":
                if self._raw.isdecimal():  # a descriptor: 2>
                    self._begin()
                self._end()
                self._redirected = True
            case "ansi":
                self._add(raw, _IN_SINGLE.sub(r"\1", _inside(piece, "ansi")))
                self.quote = Quote.NONE if piece["ansi_end"] else Quote.ANSI
            case "single":
                text = _inside(piece, "single")
                self._add(raw, _IN_SINGLE.sub(r"\1", text) if self._fish else text)
                self.quote = Quote.NONE if piece["single_end"] else Quote.SINGLE
            case "double":
                text = _inside(piece, "double")
                self._add(raw, _IN_DOUBLE.sub(r"\1", text), _with_variables(text))
                self.quote = Quote.NONE if piece["double_end"] else Quote.DOUBLE
            case "escaped":
                self._add(raw, raw[1:])
            case _:
                self._add(raw, raw, _VARIABLE.sub(_value, raw))

    def _add(self, raw: str, literal: str, expanded: str | None = None) -> None:
        self._raw += raw
        self.literal += literal
        self._expanded += literal if expanded is None else expanded

    def _end(self) -> None:
        if not self._raw:
            return
        if not self._redirected:
            self.words.append(self._with_home())
        self._redirected = False
        self._begin()

    def _with_home(self) -> str:
        """The word with its `~` expanded, as a shell does where that part is not quoted."""
        name = self._raw.partition("/")[0]
        unquoted = name == self.literal.partition("/")[0]
        # A Path would fail for a user who is not known.
        return os.path.expanduser(self._expanded) if unquoted else self._expanded  # noqa: PTH111


def _inside(piece: re.Match[str], kind: str) -> str:
    """What stands between the quotes."""
    text = piece[kind].removeprefix("$")[1:]
    return text[:-1] if piece[f"{kind}_end"] else text


def _with_variables(text: str) -> str:
    """What stands between double quotes, with what variables of the environment say."""
    return _ESCAPED_OR_VARIABLE.sub(lambda one: one[1] or _named(one[0], one[2] or one[3]), text)


def _value(found: re.Match[str]) -> str:
    return _named(found[0], found[1] or found[2])


def _named(raw: str, name: str) -> str:
    return os.environ.get(name, raw)
