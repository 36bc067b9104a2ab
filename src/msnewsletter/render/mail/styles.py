"""The mail's inline styles, by the name of what they dress: many mail programs read no others.

Written `{{ "caution" | style }}` in a template, where Jinja puts them in while compiling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from msnewsletter.theme.newsletter_theme import SIZES
from msnewsletter.theme.palette import Mode

if TYPE_CHECKING:
    from collections.abc import Callable

    from msnewsletter.theme.newsletter_theme import Theme

_SMALL = f"font-size:{SIZES['small']}px"
_LARGE = f"font-size:{SIZES['headline']}px;line-height:1.45"


def _list(side: str) -> str:
    return f"margin:0 0 14px;padding:0;padding-{side}:24px"


def styles_of(theme: Theme) -> Callable[[str], Markup]:
    """The filter that gives the declarations of a `style` attribute by its name, in a theme.

    KeyError for a name that nothing has.
    """
    styles = _styles(theme)
    return lambda name: Markup(styles[name])  # noqa: S704  (our own, without double quotes)


def _styles(theme: Theme) -> dict[str, str]:
    light = theme.palette(Mode.LIGHT)
    serif, sans = theme.headings, theme.body
    quiet = f"{_SMALL};line-height:1.5;color:{light['quiet']}"
    headline = (
        f"font-family:{serif};font-size:{SIZES['headline']}px;line-height:1.3;letter-spacing:-.01em"
    )
    lead = f"font-family:{serif};font-size:{SIZES['lead']}px;line-height:1.22;letter-spacing:-.01em"
    plain_link = f"color:{light['text']};text-decoration:underline;text-decoration-color"
    hairline = f"1px solid {light['rule']}"
    # Classic Outlook lets tables inherit nothing.
    cell = f"font-family:{sans};font-size:{SIZES['text']}px;line-height:1.6"
    rule = f"3px solid {light['caution_rule']}"

    def mind(side: str, size: str = "text") -> str:
        """A quiet line with a rule at its beginning."""
        return (
            f"padding:0;padding-{side}:14px;border-{side}:{rule};color:{light['text']};"
            f"font-family:{sans};font-size:{SIZES[size]}px;line-height:1.6"
        )

    return {
        "link": f"color:{light['accent']};text-decoration:underline",
        # A thin line, away from the letters: lines of a bold headline must not run together.
        "headline link": (
            f"{plain_link}:{light['accent']};text-decoration-thickness:1px;text-underline-offset:4px"
        ),
        "paragraph": "margin:0 0 12px",
        "last": "margin:0",
        "bar": f"margin:0;{quiet}",
        "logo": (
            f"margin:0 0 4px;font-family:{serif};font-size:{SIZES['headline']}px;line-height:1.2;"
            f"color:{light['accent']}"
        ),
        "title": f"margin:0;font-family:{serif};font-size:{SIZES['title']}px;line-height:1.2",
        "dated": f"margin:4px 0 0;{quiet}",
        "glance": f"margin:12px 0 0;padding:10px 0 0;border-top:{hairline}",
        "frame": f"margin:4px 0 0;padding:0 0 10px;border-bottom:{hairline};{quiet}",
        "note": "margin:14px 0 0",
        "contents title": f"margin:24px 0 8px;{headline}",
        "contents line": "margin:0 0 8px;line-height:1.5",
        "first facts": f"margin:20px 0 4px;{quiet}",
        "facts": f"margin:20px 0 4px;padding:20px 0 0;border-top:{hairline};{quiet}",
        "badge": f"color:{light['accent']}",
        "lead headline": f"margin:0 0 10px;{lead}",
        "headline": f"margin:0 0 8px;{headline}",
        "list ltr": _list("left"),
        "list rtl": _list("right"),
        "point": "margin:0 0 6px",
        "strip": "width:100%;margin:0 0 12px;border-collapse:collapse",
        "mind ltr": mind("left"),
        "mind rtl": mind("right"),
        "mind ltr large": mind("left", "headline"),
        "mind rtl large": mind("right", "headline"),
        "mind words": f"color:{light['caution']}",
        "mind list ltr": "margin:6px 0 0;padding:0;padding-left:22px",
        "mind list rtl": "margin:6px 0 0;padding:0;padding-right:22px",
        "study": f"margin:0;{quiet}",
        "more": f"margin:26px 0 14px;padding:26px 0 0;border-top:{hairline};{headline}",
        "line": "margin:0 0 12px;line-height:1.5",
        "rest": "margin:14px 0 0",
        "corrections": "width:100%;margin:20px 0 0;border-collapse:collapse",
        "correction": (
            f"padding:16px 18px;background-color:{light['correction_ground']};"
            f"color:{light['correction']};{cell}"
        ),
        "corrections title": f"margin:0 0 10px;{headline}",
        "correction text": "margin:0 0 14px",
        # In the box's own colour, as in dark: a second hue on its ground is restless.
        "correction link": f"color:{light['correction']};text-decoration:underline",
        "ask": "width:100%;margin:28px 0 0;border-collapse:collapse",
        "question": (
            f"padding:16px 18px;background-color:{light['tint']};color:{light['accent']};{cell}"
        ),
        "small words": _SMALL,
        "short facts": f"margin:0 0 8px;font-size:{SIZES['text']}px;color:{light['quiet']}",
        "short sentence": f"margin:32px 0 8px;font-weight:normal;{_LARGE}",
        "short point": f"margin:0 0 8px;{_LARGE}",
        "short whole": f"margin:36px 0 0;{_LARGE}",
    }
