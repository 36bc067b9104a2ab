"""A half-typed line is read as its shell would read it, and what is quoted is read back."""

from __future__ import annotations

import subprocess
from itertools import product
from typing import TYPE_CHECKING

import pytest

from msnewsletter.cli.typed_line import Quote, quoted, read_line

if TYPE_CHECKING:
    from pathlib import Path

# All that can be typed without a second key, and a letter and a dash that ASCII does not have.
CHARACTERS = [chr(code) for code in range(0x20, 0x7F)] + ["ü", "–"]


def words_in(shell: str, *lines: str) -> list[list[str]]:
    """The words that a shell makes of each line, whose last one is complete."""
    script = "\n".join(f"printf '%s\\0' {line}; printf '\\0'" for line in lines)
    done = subprocess.run([shell], input=script, capture_output=True, text=True, check=True)
    return [said.split("\0") for said in done.stdout.split("\0\0")[:-1]]


@pytest.mark.parametrize("quote", Quote, ids=lambda quote: quote.name)
def test_what_is_quoted_is_read_back_by_bash_and_by_us(quote: Quote) -> None:
    texts = ["".join(pair) for pair in product(CHARACTERS, repeat=2)]
    lines = [f"x{quote}{quoted(text, quote)}{quote[-1:]}" for text in texts]
    assert words_in("bash", *lines) == [[f"x{text}"] for text in texts]
    if quote is not Quote.ANSI:  # of which the exclamation mark's escape is bash's own
        assert [read_line(line).begun for line in lines] == [f"x{text}" for text in texts]


LINES = [
    "msnewsletter publish",
    "a 'b c' d",
    """a'b c'"d e"f\\ g""",
    """'it'\\''s' "it's" "a \\"b\\"" $'it\\'s' """,
    """ "\\$x \\`y\\` \\z \\\\" '\\' """,
    "--home='a b' --x=\"c d\" e=f:g",
    "a 3>/dev/null b 2>&1 c </dev/null d",
    "a 2>/dev/null 4>'/dev/null' 5>>/dev/null b",
    "~/x ~root/y '~/z' \\~/z a~ x=~",
    '$LINE_TEST "$LINE_TEST/x" ${LINE_TEST}y \'$LINE_TEST\' \\$LINE_TEST "\\$LINE_TEST"',
    "ü–x  \t y",
]


@pytest.mark.parametrize("line", LINES)
def test_the_words_are_those_that_bash_and_zsh_make(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("LINE_TEST", "value")
    words = [*read_line(f"{line} ").words]
    for shell in ("bash", "zsh"):
        done = words_in(shell, line.replace("x=~", "x:~"))
        assert done == [[word.replace("x=~", "x:~") for word in words]]


@pytest.mark.parametrize(
    ("line", "begun", "quote"),
    [
        ("a ", "", Quote.NONE),
        ("a b", "b", Quote.NONE),
        ("a 'b c", "b c", Quote.SINGLE),
        ('a x="b c', "x=b c", Quote.DOUBLE),
        ("a $'b\\'c", "b'c", Quote.ANSI),
        ("a 'b'c", "bc", Quote.NONE),
        ("a b\\", "b", Quote.NONE),
        ('a "b\\', "b\\", Quote.DOUBLE),
        ("a ~/b", "~/b", Quote.NONE),
        ("a $HOME", "$HOME", Quote.NONE),
        ("", "", Quote.NONE),
    ],
)
def test_the_last_word_is_what_is_typed_of_it(line: str, begun: str, quote: Quote) -> None:
    read = read_line(line)
    assert (read.begun, read.quote) == (begun, quote)


def test_what_only_a_shell_knows_stays_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINE_TEST", raising=False)
    typed = ("$(date)", "`date`", "$LINE_TEST", "~nobody-has-this-name/x", "*.md", "{a,b}")
    assert read_line(f"{' '.join(typed)} ").words == typed


def test_fish_escapes_between_single_quotes() -> None:
    assert read_line("a 'it\\'s' 'b\\\\", fish=True).words == ("a", "it's")
    assert read_line("a 'it\\'s' 'b\\\\", fish=True).begun == "b\\"
