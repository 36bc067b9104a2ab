"""What changed between two texts: the lines, and in them the words."""

from __future__ import annotations

from difflib import SequenceMatcher

from hypothesis import given
from hypothesis import strategies as st

from msnewsletter.text_diff import DiffLine, changed_words, differences

LINES = [f"line {number}" for number in range(1, 21)]


def text(*lines: str) -> str:
    return "\n".join(lines) + "\n"


def shown(line: DiffLine) -> str:
    """As a person writes it: words that went in [-], words that came in {+}."""
    if line.kind == "gap":
        return f"... {line.count} ..."
    marks = {"same": "%s", "gone": "[-%s]", "new": "{+%s}"}
    return "".join(marks[piece.kind] % piece.text for piece in line.pieces)


def between(before: str, after: str) -> list[str]:
    return [shown(line) for line in differences(before, after)]


def test_of_two_texts_that_are_the_same_nothing_is_shown() -> None:
    assert differences("", "") == ()
    assert differences(text(*LINES), text(*LINES)) == ()


def test_a_changed_word_is_marked_in_its_line() -> None:
    assert between("It may help.", "It helped six of ten.") == [
        "It [-may]{+helped} [-help.]{+six of ten.}"
    ]


def test_a_line_that_came_and_one_that_went_are_whole() -> None:
    assert between("a\nb", "a\nnew line\nb") == ["a", "{+new line}", "b"]
    assert between("a\nold line\nb", "a\nb") == ["a", "[-old line]", "b"]


def test_two_unchanged_lines_stay_on_either_side_and_the_rest_is_counted() -> None:
    after = [*LINES[:9], "line ten", *LINES[10:]]
    assert between(text(*LINES), text(*after)) == [
        "... 7 ...",
        "line 8",
        "line 9",
        "line [-10]{+ten}",
        "line 11",
        "line 12",
        "... 8 ...",
    ]


def test_changes_that_are_near_share_the_lines_between_them() -> None:
    after = [*LINES[:9], "x", *LINES[10:13], "y", *LINES[14:]]
    lines = between(text(*LINES), text(*after))
    assert [line for line in lines if line.startswith("...")] == ["... 7 ...", "... 4 ..."]
    assert [line for line in lines if line in LINES[10:13]] == LINES[10:13]


@given(st.lists(st.sampled_from(["a", "b c", "", "d  e"])), st.lists(st.sampled_from("abcd")))
def test_nothing_of_either_text_is_lost(before: list[str], after: list[str]) -> None:
    lines = differences("\n".join(before), "\n".join(after))
    for kind, whole in (("gone", before), ("new", after)):
        kept = "".join(
            piece.text for line in lines for piece in line.pieces if piece.kind in {"same", kind}
        )
        left_out = sum(line.count for line in lines if line.kind == "gap")
        if not left_out and lines:
            assert "".join(kept.split()) == "".join("".join(whole).split())


def test_a_change_within_a_very_long_text_is_found() -> None:
    same = "word " * 40_000
    pieces = changed_words(f"{same}old {same}", f"{same}new {same}")
    assert [piece.kind for piece in pieces] == ["same", "gone", "new", "same"]
    assert [piece.text for piece in pieces[1:3]] == ["old", "new"]


@given(*[st.lists(st.sampled_from("abc"), max_size=12)] * 2)
def test_short_texts_are_compared_as_difflib_does(before: list[str], after: list[str]) -> None:
    old, new = "\n".join(before), "\n".join(after)
    matcher = SequenceMatcher(None, old.splitlines(), new.splitlines(), autojunk=False)
    equal = sum(block.size for block in matcher.get_matching_blocks())
    found = differences(old, new)
    if found:
        same = [line for line in found if line.kind == "same"]
        assert len(same) + sum(line.count for line in found if line.kind == "gap") == equal


def test_long_texts_that_are_unlike_are_shown_one_after_the_other() -> None:
    before = "The tablet calmed blood cells of sixteen people who had the illness for many years."
    after = (
        "Sleep helped people of all ages to remember the words that they had read the day before."
    )
    assert between(before, after) == [f"[-{before}]", f"{{+{after}}}"]
    assert [piece.kind for piece in changed_words(before, after)] == ["gone", "new"]


def test_a_long_text_with_some_other_words_is_compared_word_by_word() -> None:
    before = "The tablet calmed blood cells of sixteen people who had the illness for many years."
    after = before.replace("sixteen", "six")
    assert [piece.kind for piece in changed_words(before, after)] == ["same", "gone", "new", "same"]
