"""A stylesheet's faint texts are found in both modes, and what is strong enough is not named."""

from __future__ import annotations

import pytest

from msnewsletter.checks.stylesheet_colours import faint_texts

PAGE = "body { background: #ffffff; color: #000000 }"
BOTH = [(".a", "light"), (".a", "dark")]
DARK = "@media (prefers-color-scheme: dark) {"


@pytest.mark.parametrize(
    ("css", "found"),
    [
        (".a { color: #999999 }", BOTH),
        (".a { color: #333333 }", []),
        (f".a {{ color: #999 }} {DARK} .a {{ color: #000 }} }}", [(".a", "light")]),
        (f"{DARK} .a {{ color: #777; background: #000 }} }}", BOTH[1:]),
        # A colour of the light mode on the ground of the dark one.
        (
            f".a {{ color: #222222 }} {DARK} body {{ background: #111; color: #fff }} }}",
            [(".a", "dark")],
        ),
        (".a { color: #fff; background-color: #777 }", BOTH),
        (".a { color: #fff; background-color: #222 }", []),
        (":root { --faint: #aaa } .a { color: var(--faint) }", BOTH),
        (":root { --dark: #222 } .a { color: #ddd; background: var(--dark) }", []),
        (":root { --a: #aaa; --b: var(--a) } .a { color: var(--b) }", BOTH),
        ("@media print { .a { color: #ddd } }", []),
        ("@media (max-width: 30rem) { .a { color: #ddd } }", BOTH),
        ("/* .a { color: #ddd } */", []),
        (".b, .a { color: #ddd } .b { color: #000 }", BOTH),
        (".a { color: #ddd !important }", BOTH),
        # Braces and semicolons that are no punctuation.
        ('.b::before { content: "}" } .a { color: #ddd }', BOTH),
        ('.a { content: "; color: #000"; color: #ddd }', BOTH),
        (".b { background: url(data:image/png;base64,AA) } .a { color: #ddd }", BOTH),
        ("@layer base { .a { color: #ddd } } @import 'x.css';", BOTH),
        (":root { --A: #000; --a: #ddd } .a { color: var(--a) }", BOTH),
        # A comma that parts no selectors; rules within a rule.
        (":is(.x, .y) { color: #ddd }", [(":is(.x, .y)", mode) for mode in ("light", "dark")]),
        (".a { color: #000; .b & { color: #ddd } }", [(".b .a", "light"), (".b .a", "dark")]),
        (f".a {{ color: #000; {DARK} color: #ddd }} }}", BOTH[1:]),
        # Nobody can say what these are.
        (".a { color: color-mix(in srgb, #fff, #000) }", []),
        (".a { color: #ddd; background: linear-gradient(#000, #111) }", []),
        (".a { color: inherit } .b { color: var(--nothing) }", []),
        # No stylesheet at all, or half of one.
        ("", []),
        ("}} {{ color", []),
        (".a { color: #ddd", BOTH),
    ],
)
def test_a_text_is_named_where_it_is_too_faint(css: str, found: list[tuple[str, str]]) -> None:
    assert [(one.selector, one.mode) for one in faint_texts(PAGE + css)] == found


def test_the_ground_of_a_mail_s_style_sheet_is_given() -> None:
    css = f"{DARK} .a {{ color: #777777 }} }}"
    [one] = faint_texts(css, grounds={"light": "#ffffff", "dark": "#1d2125"})
    assert (one.selector, one.mode, one.ground) == (".a", "dark", "#1d2125")
    assert str(one) == "'.a' has #777777 on #1d2125 in the dark mode: contrast 3.6 to 1"
