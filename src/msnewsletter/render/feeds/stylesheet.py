"""The stylesheet for people who open a feed in a browser: headlines, teasers, what a feed is.

Plain CSS, because browsers are giving up XSLT. Bodies are escaped HTML, which no stylesheet can
unfold, and dates are written for programs, so they stay hidden: what is shown of an entry are the
two elements of XHTML that it has for this. Feed readers ignore all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.theme.newsletter_theme import SIZES
from msnewsletter.theme.palette import Mode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.theme.newsletter_theme import Theme


def _shape(theme: Theme) -> str:
    return f"""\
@namespace html "http://www.w3.org/1999/xhtml";
rss, feed {{
  display: block;
  max-width: 38rem;
  margin: 0 auto;
  padding: 2rem 1rem 4rem;
  font: {SIZES["text"]}px/1.6 {theme.body};
}}
channel, feed {{ display: flex; flex-direction: column; }}
channel > *, item > *, feed > *, entry > * {{ display: none; }}
channel > title, feed > title, channel > description, feed > subtitle,
item, entry, item > html|a, entry > html|a, item > html|p, entry > html|p {{ display: block; }}
channel > title, feed > title {{ font: bold {SIZES["title"]}px/1.3 {theme.headings}; }}
channel > html|p, feed > html|p {{ display: block; order: -1; }}
channel > html|p, feed > html|p {{ margin: 0 0 2rem; padding: .75rem 1rem; }}
item, entry {{ margin-top: {SIZES["gap"]}px; overflow-wrap: break-word; }}
item > html|a, entry > html|a {{ font: {SIZES["headline"]}px/1.4 {theme.headings}; }}
item > html|p, entry > html|p {{ margin: .375rem 0 0; }}
"""


def _colours(tokens: Mapping[str, str]) -> str:
    return f"""\
:root {{ background: {tokens["page"]}; color: {tokens["text"]}; }}
channel > html|p, feed > html|p {{ background: {tokens["tint"]}; color: {tokens["accent"]}; }}
html|a {{ color: {tokens["accent"]}; }}
"""


def feed_style(theme: Theme) -> str:
    """The stylesheet in a theme."""
    dark = _colours(theme.palette(Mode.DARK))
    return (
        _shape(theme)
        + _colours(theme.palette(Mode.LIGHT))
        + f"@media (prefers-color-scheme: dark) {{\n{dark}}}\n"
    )
