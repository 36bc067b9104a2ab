"""A summary as the Markdown that editors write, and that markdown.py reads back. Pure.

Owns the order of a written file. What `collect` alone sets (`first_seen`, `changed_on`) and where a
summary was read are no part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Status
from msnewsletter.sources import front_matter_yaml
from msnewsletter.sources.field_rules import FRONT_FIELDS
from msnewsletter.sources.markdown import SECTIONS, escaped, is_headline
from msnewsletter.sources.section_headings import section_titles

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from msnewsletter.model import Summary


def markdown_of(summary: Summary, *, language: str) -> str:
    """The file of a summary, ending in one line end.

    Reading it gives the same summary, less white space at the ends of its texts. `language` (BCP
    47): of its headings, which is the newsletter's, whatever that of the summary.
    """
    titles = section_titles(language)
    values = {name: getattr(summary, name) for name in FRONT_FIELDS}
    lines = _top(values, summary.headline)
    for name in SECTIONS:
        if text := getattr(summary, name):
            lines += _section(titles[name], text)
    if summary.related:
        lines += ["", f"## {titles['related']}", ""]
        lines += [f"- {card.date}: {card.teaser}" for card in summary.related]
    return "\n".join(lines) + "\n"


def markdown_of_fields(fields: Mapping[str, str | tuple[str, ...]], *, language: str) -> str:
    """The file of fields as a source gave them: for a person to complete, for it may not read.

    A section that is missing has its heading. `language`: as in `markdown_of`.
    """
    titles = section_titles(language)
    lines = _top(fields, " ".join(_text_in(fields, "headline").split()))
    for name in SECTIONS:
        lines += _section(titles[name], _text_in(fields, name))
    return "\n".join(lines).rstrip() + "\n"


def _text_in(fields: Mapping[str, object], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _top(values: Mapping[str, object], headline: str) -> list[str]:
    """The front matter and the headline, which is in it where the line would not be read as one."""
    above = bool(headline) and is_headline(headline)
    lines = ["---", *_front(values)]
    if not above:
        lines += front_matter_yaml.field("headline", headline)
    lines.append("---")
    return [*lines, f"# {headline}"] if above else lines


def _section(title: str, text: str) -> list[str]:
    return ["", f"## {title}", "", escaped(text)]


def _front(values: Mapping[str, object]) -> Iterator[str]:
    for name in FRONT_FIELDS:
        value = values.get(name)
        if not value or value is Status.LIVE:
            continue
        if name in LIST_FIELDS and isinstance(value, tuple):
            yield from front_matter_yaml.list_field(name, map(str, value))
        else:
            yield from front_matter_yaml.field(name, str(value))
