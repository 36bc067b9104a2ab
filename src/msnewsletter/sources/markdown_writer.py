"""A summary as the Markdown that editors write, and that markdown.py reads back. Pure.

Owns the order of a written file. What `collect` alone sets (`first_seen`, `changed_on`) and where a
summary was read are no part of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.list_fields import LIST_FIELDS
from msnewsletter.model import Status
from msnewsletter.sources import front_matter_yaml
from msnewsletter.sources.fields import FRONT_FIELDS
from msnewsletter.sources.markdown import SECTIONS, escaped, is_headline

if TYPE_CHECKING:
    from collections.abc import Iterator

    from msnewsletter.model import Summary


def markdown_of(summary: Summary) -> str:
    """The file of a summary, ending in one line end.

    Reading it gives the same summary, less white space at the ends of its texts.
    """
    above = is_headline(summary.headline)
    lines = ["---", *_front(summary)]
    if not above:
        lines += front_matter_yaml.field("headline", summary.headline)
    lines.append("---")
    if above:
        lines.append(f"# {summary.headline}")
    for name, title in SECTIONS.items():
        if text := getattr(summary, name):
            lines += ["", f"## {title}", "", escaped(text)]
    if summary.related:
        lines += ["", "## Related", ""]
        lines += [f"- {card.date}: {card.teaser}" for card in summary.related]
    return "\n".join(lines) + "\n"


def _front(summary: Summary) -> Iterator[str]:
    for name in FRONT_FIELDS:
        value = getattr(summary, name)
        if not value or value is Status.LIVE:
            continue
        if name in LIST_FIELDS:
            yield from front_matter_yaml.list_field(name, map(str, value))
        else:
            yield from front_matter_yaml.field(name, str(value))
