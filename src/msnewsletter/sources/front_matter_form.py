"""A file's front matter as the fields of a form, and back: what was not changed is kept.

Owns which lines of a file a field has. Comments and the order of fields stay; only a comment on the
very line of a changed value goes. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Status
from msnewsletter.sources import front_matter_yaml, markdown, page_text
from msnewsletter.sources.clean_text import clean_lines, numbered
from msnewsletter.sources.front_matter import front_fences, front_lines, open_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.sources.front_matter import Shapes

_FENCE = "---"
# The formats whose files hold exactly one summary, below a front matter.
_SHAPES: Final[Mapping[str, Shapes]] = {"markdown": markdown.FRONT, "page": page_text.FRONT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A file as a form shows it.

    Attributes:
        fields: the text of each field that its front matter has; a list as one text.
        body: the text below it.
    """

    fields: dict[str, str]
    body: str


def has_front_matter(format: str) -> bool:  # noqa: A002  (the setting's name)
    """Whether files of a format hold exactly one summary, below a front matter."""
    return format in _SHAPES


def form_of(text: str, location: str, format: str) -> Form | None:  # noqa: A002  (the setting's name)
    """The form of a file's text, lines ended by LF; raises SourceError where it does not read.

    `format` is one that has front matter. None: its fields are not on lines of their own, so that
    none could be changed alone; or a list could not be read back from one text.
    """
    shapes = _SHAPES[format]
    given = open_text(text, location, shapes).fields
    layout = _Layout.of(text, location, shapes)
    if layout is None:
        return None
    fields: dict[str, str] = {}
    for name in (name for name, _, _ in layout.fields() if name in given):
        value = given[name].value
        typed = value if isinstance(value, str) else LIST_FIELDS[name].joined(value)
        if typed is None:
            return None
        fields[name] = typed
    return Form(fields=fields, body=layout.body)


def with_form(text: str, location: str, format: str, form: Form) -> str:  # noqa: A002  (the setting's name)
    """The file's text with the fields and the body of a form; blank fields are removed.

    Raises SourceError where the text does not read, or has no form.
    """
    before, layout = form_of(text, location, format), _Layout.of(text, location, _SHAPES[format])
    if before is None or layout is None:
        raise ValueError(f"{location} has no form: ask form_of first")
    wanted = {name: value.strip() for name, value in form.fields.items()}
    front, seen = list(layout.lines[: layout.first]), set()
    for name, begin, end in layout.fields():
        value = wanted.get(name, "")
        seen.add(name)
        # A field that the form does not ask for stays; one that it shows blank goes.
        if name not in wanted or value == before.fields.get(name, "").strip():
            front += layout.lines[begin:end]
        else:
            front += _written(name, value)
        front += layout.lines[end : layout.next_of(begin)]
    for name, value in wanted.items():
        if name not in seen:
            front += _written(name, value)
    body = layout.below if form.body == before.body else form.body.rstrip("\n") + "\n"
    fence = [_FENCE] if front and not layout.above else []
    return "\n".join([*layout.above, *fence, *front, *fence, *layout.closing, body])


def _written(name: str, value: str) -> list[str]:
    if not value:
        return []
    if name in LIST_FIELDS:
        return front_matter_yaml.list_field(name, LIST_FIELDS[name].split(value))
    return front_matter_yaml.field(name, value)


def with_status(form: Form, status: Status, note: str | None) -> Form:
    """The form with what became of the summary; that it is live is said by no status."""
    said = {"status": "" if status is Status.LIVE else str(status), "note": note or ""}
    return replace(form, fields=form.fields | said)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """A text by its lines.

    Attributes:
        above, closing: the lines up to the opening `---`, and the closing one.
        lines: those between.
        starts: name and first line, from 0, of each field.
        below: all that follows.
    """

    above: list[str]
    lines: list[str]
    starts: list[tuple[str, int]]
    closing: list[str]
    below: str

    @classmethod
    def of(cls, text: str, location: str, shapes: Shapes) -> _Layout | None:
        lines = text.split("\n")
        fences = front_fences(numbered(text), location)
        if fences is None:
            return cls(above=[], lines=[], starts=[], closing=[], below=text)
        start, end = fences
        inside = lines[start + 1 : end]
        if "..." in (line.rstrip() for line in inside):  # YAML ends there: nothing can be added
            return None
        source, _ = clean_lines("\n".join(inside), location, first=start + 2)
        starts = front_lines(source, location, shapes, first=start + 2)
        if any(not inside[line].lstrip("\"'").startswith(name[:1]) for name, line in starts):
            return None
        if len({line for _, line in starts}) < len(starts):
            return None
        return cls(
            above=lines[: start + 1],
            lines=inside,
            starts=starts,
            closing=lines[end : end + 1],
            below="\n".join(lines[end + 1 :]),
        )

    @property
    def first(self) -> int:
        """The first line of the first field: what precedes it is a comment."""
        return self.starts[0][1] if self.starts else len(self.lines)

    @property
    def body(self) -> str:
        return self.below.lstrip("\n")

    def next_of(self, begin: int) -> int:
        """The line where the next field after `begin` begins, or the fields end."""
        return next((line for _, line in self.starts if line > begin), len(self.lines))

    def fields(self) -> Iterator[tuple[str, int, int]]:
        """Name, first line and the line after the last of each, without comments that follow it."""
        for name, begin in self.starts:
            end = self.next_of(begin)
            while end > begin + 1 and (self.lines[end - 1][:1] in {"", "#"}):
                end -= 1
            yield name, begin, end
