"""The mail's inline styles, by the name of what they dress: many mail programs read no others.

Written `{{ "caution" | style }}` in a template, where Jinja puts them in while compiling.
"""

from __future__ import annotations

from markupsafe import Markup

from msnewsletter.render.theme import LIGHT, SANS, SERIF, SIZES

_SMALL = f"font-size:{SIZES['small']}px"
_QUIET = f"{_SMALL};line-height:1.5;color:{LIGHT['quiet']}"
_HEADLINE = (
    f"font-family:{SERIF};font-size:{SIZES['headline']}px;line-height:1.3;letter-spacing:-.01em"
)
_LEAD = f"font-family:{SERIF};font-size:{SIZES['lead']}px;line-height:1.22;letter-spacing:-.01em"
_PLAIN_LINK = f"color:{LIGHT['text']};text-decoration:underline;text-decoration-color"
_LARGE = f"font-size:{SIZES['headline']}px;line-height:1.45"
_HAIRLINE = f"1px solid {LIGHT['rule']}"
# Classic Outlook lets tables inherit nothing.
_CELL = f"font-family:{SANS};font-size:{SIZES['text']}px;line-height:1.6"
_RULE = f"3px solid {LIGHT['caution_rule']}"


def _list(side: str) -> str:
    return f"margin:0 0 14px;padding:0;padding-{side}:24px"


def _mind(side: str, size: str = "text") -> str:
    """A quiet line with a rule at its beginning."""
    return (
        f"padding:0;padding-{side}:14px;border-{side}:{_RULE};color:{LIGHT['text']};"
        f"font-family:{SANS};font-size:{SIZES[size]}px;line-height:1.6"
    )


_STYLES = {
    "link": f"color:{LIGHT['accent']};text-decoration:underline",
    # A thin line, away from the letters: several lines of a bold headline must not run together.
    "headline link": (
        f"{_PLAIN_LINK}:{LIGHT['accent']};text-decoration-thickness:1px;text-underline-offset:4px"
    ),
    "paragraph": "margin:0 0 12px",
    "last": "margin:0",
    "bar": f"margin:0;{_QUIET}",
    "title": f"margin:0;font-family:{SERIF};font-size:{SIZES['title']}px;line-height:1.2",
    "dated": f"margin:4px 0 0;{_QUIET}",
    "glance": f"margin:12px 0 0;padding:10px 0 0;border-top:{_HAIRLINE}",
    "frame": f"margin:4px 0 0;padding:0 0 10px;border-bottom:{_HAIRLINE};{_QUIET}",
    "note": "margin:14px 0 0",
    "contents title": f"margin:24px 0 8px;{_HEADLINE}",
    "contents line": "margin:0 0 8px;line-height:1.5",
    "first facts": f"margin:20px 0 4px;{_QUIET}",
    "facts": f"margin:20px 0 4px;padding:20px 0 0;border-top:{_HAIRLINE};{_QUIET}",
    "badge": f"color:{LIGHT['accent']}",
    "lead headline": f"margin:0 0 10px;{_LEAD}",
    "headline": f"margin:0 0 8px;{_HEADLINE}",
    "list ltr": _list("left"),
    "list rtl": _list("right"),
    "point": "margin:0 0 6px",
    "strip": "width:100%;margin:0 0 12px;border-collapse:collapse",
    "mind ltr": _mind("left"),
    "mind rtl": _mind("right"),
    "mind ltr large": _mind("left", "headline"),
    "mind rtl large": _mind("right", "headline"),
    "mind words": f"color:{LIGHT['caution']}",
    "mind list ltr": "margin:6px 0 0;padding:0;padding-left:22px",
    "mind list rtl": "margin:6px 0 0;padding:0;padding-right:22px",
    "study": f"margin:0;{_QUIET}",
    "more": f"margin:26px 0 14px;padding:26px 0 0;border-top:{_HAIRLINE};{_HEADLINE}",
    "line": "margin:0 0 12px;line-height:1.5",
    "rest": "margin:14px 0 0",
    "corrections": "width:100%;margin:20px 0 0;border-collapse:collapse",
    "correction": (
        f"padding:16px 18px;background-color:{LIGHT['correction_ground']};"
        f"color:{LIGHT['correction']};{_CELL}"
    ),
    "corrections title": f"margin:0 0 10px;{_HEADLINE}",
    "correction text": "margin:0 0 14px",
    "ask": "width:100%;margin:28px 0 0;border-collapse:collapse",
    "question": (
        f"padding:16px 18px;background-color:{LIGHT['tint']};color:{LIGHT['accent']};{_CELL}"
    ),
    "small words": _SMALL,
    "short facts": f"margin:0 0 8px;font-size:{SIZES['text']}px;color:{LIGHT['quiet']}",
    "short sentence": f"margin:32px 0 8px;font-weight:normal;{_LARGE}",
    "short point": f"margin:0 0 8px;{_LARGE}",
    "short whole": f"margin:36px 0 0;{_LARGE}",
}


def style(name: str) -> Markup:
    """The declarations of a `style` attribute; KeyError for a name that nothing has."""
    return Markup(_STYLES[name])  # noqa: S704  (our own constants, without double quotes)
