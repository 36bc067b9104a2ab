"""The mail's inline styles, by the name of what they dress: many mail programs read no others.

Written `{{ "caution" | style }}` in a template, where Jinja puts them in while compiling.
"""

from __future__ import annotations

from markupsafe import Markup

from msnewsletter.render.theme import LIGHT, SANS, SERIF, SIZES

_SMALL = f"font-size:{SIZES['small']}px"
_QUIET = f"{_SMALL};line-height:1.5;color:{LIGHT['quiet']}"
_HEADLINE = f"font-family:{SERIF};font-size:{SIZES['headline']}px;line-height:1.35"


def _strip(ink: str, *, padding: str) -> str:
    """A text with a bar at its side, on a ground of its own."""
    return (
        f"padding:{padding};border-left:4px solid {LIGHT[ink]};"
        f"background-color:{LIGHT[f'{ink}_ground']};color:{LIGHT[ink]};"
        f"font-family:{SANS};font-size:{SIZES['text']}px;line-height:1.6"
    )


_STYLES = {
    "link": f"color:{LIGHT['accent']};text-decoration:underline",
    "paragraph": "margin:0 0 16px",
    "last": "margin:0",
    "more": "margin:32px 0 0",
    "bar": f"margin:0;{_QUIET}",
    "title": (f"margin:0 0 8px;font-family:{SERIF};font-size:{SIZES['title']}px;line-height:1.25"),
    "dated": f"margin:0 0 12px;{_QUIET}",
    "contents title": f"margin:32px 0 12px;{_HEADLINE}",
    "contents": "margin:0;padding:0 0 0 28px",
    "contents line": "margin:0 0 8px;line-height:1.5",
    "quiet": (
        f"margin:{SIZES['gap']}px 0 8px;padding:32px 0 0;border-top:1px solid {LIGHT['rule']};"
        f"{_QUIET}"
    ),
    "headline": f"margin:0 0 12px;{_HEADLINE}",
    "line": "margin:16px 0 0;font-size:inherit;line-height:1.5;font-weight:normal",
    "badge line": f"margin:0 0 12px;{_SMALL}",
    "badge": (f"padding:3px 10px;background-color:{LIGHT['tint']};color:{LIGHT['accent']}"),
    "question": "margin:0 0 4px;font-size:inherit",
    "strip": "width:100%;margin:0 0 16px;border-collapse:collapse",
    "last strip": "width:100%;margin:8px 0 32px;border-collapse:collapse",
    "caution": _strip("caution", padding="12px 16px"),
    "correction": _strip("correction", padding="20px 20px"),
    "corrections title": f"margin:0 0 12px;{_HEADLINE}",
    "correction text": "margin:0 0 20px",
    "short sentence": (
        f"margin:0 0 8px;font-size:{SIZES['headline']}px;line-height:1.5;font-weight:normal"
    ),
    "short studied": f"margin:0 0 32px;color:{LIGHT['quiet']}",
    "short bar": f"margin:0 0 4px;color:{LIGHT['quiet']}",
    "short whole": f"margin:0;font-size:{SIZES['headline']}px;line-height:1.5",
    "study": f"margin:0 0 12px;{_QUIET}",
}


def style(name: str) -> Markup:
    """The declarations of a `style` attribute; KeyError for a name that nothing has."""
    return Markup(_STYLES[name])  # noqa: S704  (our own constants, without double quotes)
