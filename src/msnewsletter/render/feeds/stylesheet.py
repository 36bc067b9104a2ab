"""The stylesheet for people who open a feed in a browser: a list of titles, and what a feed is.

Plain CSS, because browsers are giving up XSLT. Bodies are escaped HTML, which no stylesheet can
unfold, so they stay hidden; feed readers ignore all of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msnewsletter.render import theme

if TYPE_CHECKING:
    from collections.abc import Mapping

_SHAPE = f"""\
rss, feed {{
  display: block;
  max-width: 38rem;
  margin: 0 auto;
  padding: 2rem 1rem 4rem;
  font: {theme.SIZES["text"]}px/1.6 {theme.SANS};
}}
rss::before, feed::before {{
  content: "This is a feed. Copy its address from the address bar into a feed reader, \
and new summaries will come to you.";
  display: block;
  margin-bottom: 2rem;
  padding: .75rem 1rem;
}}
channel > *, item > *, feed > *, entry > * {{ display: none; }}
channel > title, feed > title, channel > description, feed > subtitle,
item, entry, item > title, entry > title, pubDate, published {{ display: block; }}
channel > title, feed > title {{ font: bold {theme.SIZES["title"]}px/1.3 {theme.SERIF}; }}
item, entry {{ margin-top: {theme.SIZES["gap"]}px; }}
item > title, entry > title {{ font: {theme.SIZES["headline"]}px/1.4 {theme.SERIF}; }}
pubDate, published {{ font-size: {theme.SIZES["small"]}px; }}
"""


def _colours(tokens: Mapping[str, str]) -> str:
    return f"""\
:root {{ background: {tokens["page"]}; color: {tokens["text"]}; }}
rss::before, feed::before {{ background: {tokens["tint"]}; color: {tokens["accent"]}; }}
pubDate, published {{ color: {tokens["quiet"]}; }}
"""


FEED_STYLE = (
    _SHAPE
    + _colours(theme.LIGHT)
    + f"@media (prefers-color-scheme: dark) {{\n{_colours(theme.DARK)}}}\n"
)
