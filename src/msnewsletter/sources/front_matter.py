"""Front matter: YAML between two lines of `---` above a text.

Owns how it is found and read: every value is its own text (`no`, `007` and `2026-02-30` stay what
they are), and every field has its line. Never builds a Python object of YAML's choosing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

import yaml
from yaml import tokens
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from msnewsletter.errors import SourceError
from msnewsletter.model import Note
from msnewsletter.sources.clean_text import NumberedLine, Taken, clean_lines, numbered
from msnewsletter.sources.faults import first_notes
from msnewsletter.sources.fields import Given, unknown
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_FENCE = "---"
_EXTRAS = (tokens.AliasToken, tokens.AnchorToken, tokens.TagToken)
_STARTS = (
    *(tokens.BlockMappingStartToken, tokens.BlockSequenceStartToken),
    *(tokens.FlowMappingStartToken, tokens.FlowSequenceStartToken),
)
_ENDS = (tokens.BlockEndToken, tokens.FlowMappingEndToken, tokens.FlowSequenceEndToken)
# Characters: twice what all fields at their longest have but authors, of which nobody has so many.
_LONGEST = 100_000
_DEEPEST = 8  # far below what composing, which recurses, can descend
# libyaml reads ten times faster; not every platform has it.
_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
# The usual reasons, e.g. a journal called "Brain : a journal of neurology".
_QUOTE_REMEDY = "put a value that holds a colon, or begins with a sign, in quotes"
_COMMENT = re.compile(r"(?P<gap>[ \t]+)#(?P<after>[^\n]?)")
_TYPOGRAPHIC = re.compile("\\s*[“„‟«‘‚‹][^“”„‟«»‘‚‹›]*[”“»«’‘›‹]\\s*")
_COMMA_REMEDY = "did a comma cut it from the text before it? Then put the two in quotes, as one"
_PLAIN_REMEDY = "write one value a field, e.g. published: 2026-11-20"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file's text, taken apart: what its front matter gives, and the lines below it.

    Attributes:
        fields: by name: one text, or the texts of a list.
        listed: the lists that `open_text` was asked for: their texts, each with its own line.
        named: the mappings that it was asked for: a text by each name, with its line. A text may
            be empty: the caller decides what that means.
        lines: the text below it.
        taken: characters that were removed.
        warned: what a reader of YAML would take for a slip.
    """

    fields: dict[str, Given] = field(default_factory=dict)
    listed: dict[str, list[Given]] = field(default_factory=dict)
    named: dict[str, dict[str, Given]] = field(default_factory=dict)
    lines: list[NumberedLine]
    taken: tuple[Taken, ...]
    warned: list[Note] = field(default_factory=list)


class Shapes(NamedTuple):
    """The fields that a front matter may have; all but these are one text each."""

    known: Collection[str]
    texts_or_lists: Collection[str] = ()  # one text may hold several: what parts it is the field's
    lists: Collection[str] = ()  # one text alone is a list of one
    mappings: Collection[str] = ()
    of_sentences: Collection[str] = ()  # those of several texts that have whole sentences


def open_text(text: str, location: str, shapes: Shapes) -> Opened:
    """A text and its front matter, if it has one, apart; raises SourceError with the line."""
    text, taken = clean_lines(text, location)
    lines = numbered(text)
    fences = front_fences(lines, location)
    if fences is None:
        return Opened(lines=lines, taken=taken)
    start, end = fences
    opened = Opened(lines=lines[end + 1 :], taken=taken)
    source = "\n".join(line.text for line in lines[start + 1 : end])
    if len(source) > _LONGEST:
        problem = f"the front matter has {len(source):,} characters"
        remedy = f"it has at most {_LONGEST:,}; texts stand below it"
        raise SourceError(f"{location}:{lines[start].number}", problem, remedy)
    _fill(opened, _YamlBlock(source, start + 2, location), shapes)
    return replace(opened, warned=[*first_notes(opened.warned, location)])


def front_fences(lines: list[NumberedLine], location: str) -> tuple[int, int] | None:
    """The indexes of the two lines of `---`; None: there is no front matter. Raises SourceError."""
    fences = (index for index, line in enumerate(lines) if line.text.rstrip() == _FENCE)
    start = next(fences, None)
    if start is None or not all(line.blank for line in lines[:start]):
        return None
    if (end := next(fences, None)) is None:
        place = f"{location}:{lines[start].number}"
        raise SourceError(place, "the front matter never ends", "close it with a line '---'")
    return start, end


class _YamlBlock(NamedTuple):
    """A YAML block whose first line is line `first` of the file."""

    source: str
    first: int
    location: str

    def place(self, line: int) -> str:
        """The place in the file of line `line` of the block, from 0."""
        return f"{self.location}:{self.first + line}"


class _Text(NamedTuple):
    text: str
    line: int  # of the block, from 0
    quoted: bool = True  # or a block of lines: YAML cuts nothing from it
    cut: bool = False  # YAML reads as a comment what may be its end
    in_brackets: bool = False  # of a list in one line, which commas part


_Value = _Text | list[_Text] | dict[str, _Text]


def _fill(opened: Opened, block: _YamlBlock, shapes: Shapes) -> None:
    """Put the block's fields where they belong; raises SourceError."""

    def given(text: _Text) -> Given:
        return Given(value=text.text, place=block.place(text.line))

    seen: set[str] = set()
    for name, line, value in _pairs(block, shapes):
        place = block.place(line)
        if name not in shapes.known:
            raise unknown(name, shapes.known, place)
        if name in seen:
            raise SourceError(place, f"{name!r} is given twice", "remove one")
        seen.add(name)
        opened.warned.extend(_remarks(name, value, block))
        if name in shapes.of_sentences and isinstance(value, list):
            opened.warned.extend(_parted(name, value, block))
        if name in shapes.lists:
            opened.listed[name] = [given(text) for text in _several(name, value, place)]
        elif name in shapes.mappings:
            texts = _by_name(name, value, place)
            opened.named[name] = {key: given(text) for key, text in texts.items()}
        elif shaped := _shaped(name, value, place, listed=name in shapes.texts_or_lists):
            opened.fields[name] = Given(value=shaped, place=place)


def _remarks(name: str, value: _Value, block: _YamlBlock) -> Iterator[Note]:
    """Notes on values that are read otherwise than they look."""
    match value:
        case _Text():
            texts = [value]
        case list():
            texts = value
        case dict():
            texts = list(value.values())
    for text in texts:
        place = block.place(text.line)
        if text.cut:
            says = f"{name!r} ends before ' #', where YAML begins a comment"
            yield Note(place=place, text=f"{says}: if it is part of it, put the value in quotes")
        if not text.quoted and _TYPOGRAPHIC.fullmatch(text.text):
            says = f"the quotes around {name!r} are typographic, and stay in it"
            yield Note(place=place, text=f"{says}: write straight ones, or none")


def _parted(name: str, texts: list[_Text], block: _YamlBlock) -> Iterator[Note]:
    """Notes on texts of a list in one line that a comma of theirs may have begun."""
    for text in texts[1:]:
        if text.in_brackets and not text.quoted and text.text[:1].islower():
            says = f"{name!r} has {quoted_value(text.text)}, which begins with a small letter"
            yield Note(place=block.place(text.line), text=f"{says}: {_COMMA_REMEDY}")


def _shaped(name: str, value: _Value, place: str, *, listed: bool) -> str | tuple[str, ...]:
    """The value as its field needs it: one text, or, where it may be a list, several."""
    if isinstance(value, _Text):
        return value.text.strip()
    if not listed or isinstance(value, dict):
        remedy = f"write one text after '{name}:', in quotes if it begins with a sign"
        raise SourceError(place, f"{name!r} is a list", remedy)
    return tuple(text.text for text in value)


def _several(name: str, value: _Value, place: str) -> list[_Text]:
    if isinstance(value, dict):
        raise SourceError(place, f"{name!r} is not a list", f"write {name}: [one, two]")
    if isinstance(value, _Text):
        return [value] if value.text.strip() else []
    return value


def _by_name(name: str, value: _Value, place: str) -> dict[str, _Text]:
    if isinstance(value, dict):
        return value
    if isinstance(value, list) or value.text.strip():
        remedy = f"write '{name}:', and below it a line '  name: text' for each"
        raise SourceError(place, f"{name!r} does not say what belongs to what", remedy)
    return {}


def front_lines(source: str, location: str, shapes: Shapes, *, first: int) -> list[tuple[str, int]]:
    """Name and line, from 0 in `source`, of each field; `source` is line `first` on of a file."""
    return [(name, line) for name, line, _ in _pairs(_YamlBlock(source, first, location), shapes)]


def _pairs(block: _YamlBlock, shapes: Shapes) -> Iterator[tuple[str, int, _Value]]:
    """Name, line from 0 and value of each field; raises SourceError."""
    try:
        # Tokens first: an alias is seen before it is followed, and depth before it is descended.
        depth = 0
        for token in yaml.scan(block.source, Loader=_LOADER):
            depth += isinstance(token, _STARTS) - isinstance(token, _ENDS)
            if depth > _DEEPEST:
                place = block.place(token.start_mark.line)
                raise SourceError(place, "is more than one plain value", _PLAIN_REMEDY)
            if isinstance(token, _EXTRAS):
                place = block.place(token.start_mark.line)
                raise SourceError(place, "has a YAML anchor, alias or tag", _QUOTE_REMEDY)
        documents = list(yaml.compose_all(block.source, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line if error.problem_mark else 0
        problem = f"is not YAML ({error.problem})"
        raise SourceError(block.place(line), problem, _QUOTE_REMEDY) from None
    except yaml.YAMLError:
        raise SourceError(block.place(0), "is not YAML", _QUOTE_REMEDY) from None
    if len(documents) > 1:
        place = block.place(documents[1].start_mark.line)
        raise SourceError(place, "is a second YAML document", "remove it")
    for document in documents:
        if not isinstance(document, MappingNode):
            raise SourceError(
                block.place(document.start_mark.line), "is not a field", _PLAIN_REMEDY
            )
        for key, node in document.value:
            name = _text(key, block)
            named = name.text in shapes.mappings
            yield name.text, name.line, _value(name.text, node, block, named=named)


def _value(field_name: str, node: Node, block: _YamlBlock, *, named: bool) -> _Value:
    if isinstance(node, SequenceNode):
        in_brackets = bool(node.flow_style)
        texts = [_text(item, block, of=field_name) for item in node.value]
        return [text._replace(in_brackets=in_brackets) for text in texts]
    if not (named and isinstance(node, MappingNode)):
        return _text(node, block, of=field_name)
    by_name: dict[str, _Text] = {}
    for key, item in node.value:
        name = _text(key, block)
        if name.text in by_name:
            problem = f"{name.text!r} is given twice"
            raise SourceError(block.place(name.line), problem, "remove one")
        by_name[name.text] = _text(item, block, of=field_name)._replace(line=name.line)
    return by_name


def _text(node: Node, block: _YamlBlock, *, of: str = "") -> _Text:
    """The text of a node: a field's name, or the value, or one of several, of the field `of`."""
    line = node.start_mark.line
    if not isinstance(node, ScalarNode):
        if of and isinstance(node, MappingNode):
            problem = f"{of!r} has a colon in a text, and is more than one plain value"
            raise SourceError(block.place(line), problem, "put the text in quotes")
        if of:
            problem = f"{of!r} is more than one plain value"
            raise SourceError(block.place(line), problem, f"write one text after '{of}:'")
        raise SourceError(block.place(line), "is more than one plain value", _PLAIN_REMEDY)
    if node.style:
        return _Text(node.value, line)
    text = "" if node.value in ("~", "null") else node.value
    comment = _COMMENT.match(block.source, node.end_mark.index)
    return _Text(text, line, quoted=False, cut=comment is not None and _belongs(text, comment))


def _belongs(text: str, comment: re.Match[str]) -> bool:
    """Whether what YAML reads as a comment looks like the end of its value: `cohort #2`.

    A comment has two spaces before it and one after its sign, as in our examples.
    """
    apart = comment["after"].isspace() or not comment["after"]
    return not apart or (bool(text) and len(comment["gap"]) == 1)
