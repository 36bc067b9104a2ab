"""The stylesheet for people who open a feed in a browser: titles with links, and what a feed is.

Plain CSS, because browsers are giving up XSLT. Bodies are escaped HTML, which no stylesheet can
unfold, so they stay hidden; feed readers ignore all of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.render import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHAPE = f"""\
@namespace html "http://www.w3.org/1999/xhtml";
rss, feed {{
  display: block;
  max-width: 38rem;
  margin: 0 auto;
  padding: 2rem 1rem 4rem;
  font: {theme.SIZES["text"]}px/1.6 {theme.SANS};
}}
channel, feed {{ display: flex; flex-direction: column; }}
channel > *, item > *, feed > *, entry > * {{ display: none; }}
channel > title, feed > title, channel > description, feed > subtitle,
item, entry, item > title, entry > title, pubDate, published {{ display: block; }}
channel > title, feed > title {{ font: bold {theme.SIZES["title"]}px/1.3 {theme.SERIF}; }}
channel > html|p, feed > html|p {{ display: block; order: -1; }}
html|p {{ margin: 0 0 2rem; padding: .75rem 1rem; }}
item > html|a, entry > html|a {{ display: block; width: fit-content; padding: .375rem 0; }}
item, entry {{ margin-top: {theme.SIZES["gap"]}px; }}
item > title, entry > title {{ font: {theme.SIZES["headline"]}px/1.4 {theme.SERIF}; }}
pubDate, published {{ font-size: {theme.SIZES["small"]}px; }}
"""


def _colours(tokens: Mapping[str, str]) -> str:
    return f"""\
:root {{ background: {tokens["page"]}; color: {tokens["text"]}; }}
html|p {{ background: {tokens["tint"]}; color: {tokens["accent"]}; }}
html|a {{ color: {tokens["accent"]}; }}
pubDate, published {{ color: {tokens["quiet"]}; }}
"""


FEED_STYLE = (
    _SHAPE
    + _colours(theme.LIGHT)
    + f"@media (prefers-color-scheme: dark) {{\n{_colours(theme.DARK)}}}\n"
)
