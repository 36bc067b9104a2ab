"""A colour that is hard to read is found in every pair, and the one proposed for it in none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.theme.contrast import AAA, contrast, parse
from msnewsletter.theme.nearest_colour import faint_pairs
from msnewsletter.theme.palette import DARK, LIGHT, PAIRS

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)


def test_the_program_s_own_colours_have_no_faint_pair() -> None:
    for palette in (LIGHT, DARK):
        assert [*faint_pairs(palette, palette)] == []


def test_a_pale_accent_is_named_with_the_nearest_that_passes() -> None:
    found = [*faint_pairs({**LIGHT, "accent": "#77aabb"}, {"accent"})]
    assert [(one.ink, one.ground) for one in found] == [
        pair for pair in PAIRS if pair[0] == "accent"
    ]
    assert {one.nearest for one in found} == {"#3b545c"}


@given(
    palette=st.sampled_from((LIGHT, DARK)),
    name=st.sampled_from(sorted({name for pair in PAIRS for name in pair})),
    colour=COLOURS,
)
def test_what_is_proposed_passes_in_every_pair(
    palette: dict[str, str], name: str, colour: str
) -> None:
    for faint in faint_pairs({**palette, name: colour}, {name}):
        assert faint.name == name
        if faint.nearest:
            better = {**palette, name: faint.nearest}
            assert [*faint_pairs(better, {name})] == []


@given(palette=st.sampled_from((LIGHT, DARK)), colour=COLOURS)
def test_for_any_accent_there_is_one_that_passes(palette: dict[str, str], colour: str) -> None:
    for faint in faint_pairs({**palette, "accent": colour}, {"accent"}):
        ink, ground = parse(faint.nearest), parse(palette[faint.ground])
        assert ink
        assert ground
        assert contrast(ink, ground) >= AAA
        assert faint.ratio < AAA


def test_where_no_colour_of_a_kind_would_do_none_is_named() -> None:
    # Nothing has enough contrast to both of these.
    palette = {**LIGHT, "sheet": "#ffffff", "page": "#777777"}
    assert {one.nearest for one in faint_pairs(palette, {"text", "page"}) if one.ink == "text"} == {
        ""
    }
