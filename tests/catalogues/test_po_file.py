"""A catalogue that cannot be used is one line that names its own; what is half done is English."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from homes import command, empty_home, write_summary
from msnewsletter.catalogues import catalogue_files
from msnewsletter.catalogues.po_file import PoFile
from msnewsletter.errors import TemplateError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals={}; plural={};\\n"

"""
FRENCH = HEADER.format(2, "n > 1")
ONE = 'msgid "a"\nmsgstr "x"\n'
MANY = 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] "y"\n'


def read(text: str | bytes) -> PoFile:
    data = text if isinstance(text, bytes) else text.encode()
    return PoFile(data, tag="fr", place="catalogues/fr.po")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "1: is empty; put the catalogue back, or remove the file"),
        (" \n", "1: is empty"),
        # As gettext's templates have it.
        (HEADER.format("INTEGER", "EXPRESSION") + ONE, "4: Plural-Forms is 'nplurals=INTEGER;"),
        (HEADER.format(2, "(n != 1") + MANY, "4: its plural rule cannot be used (unbalanced"),
        (HEADER.format(2, "n.__class__") + MANY, "4: its plural rule cannot be used (invalid"),
        (HEADER.format(2, "n/0") + MANY, "4: its plural rule cannot be used"),
        (HEADER.format(2, "n%3") + MANY, "4: its plural rule gives 2 of 2 forms; write that of"),
        ((FRENCH + 'msgid "a"\nmsgstr "é"\n').encode("latin-1"), "7: is not UTF-8; save the"),
        (FRENCH + ONE + "\n" + MANY, "9: 'a' is there already, in line 6; remove one of them"),
        (FRENCH + 'msgid ""\n"a \\"b"\nmsgstr ""\n\n' * 2, "10: 'a "),
        (FRENCH + 'msgid "a %(n)s"\nmsgstr "x %(m)s"\n', "'x %(m)s' has %(m)s, which its English"),
        (FRENCH + 'msgid "{n}: a"\nmsgstr "{m}: x"\n', "'{m}: x' has {m}, which its English"),
        (FRENCH + 'msgid "{n}: a"\nmsgstr "{n: x"\n', "has {n: x, which its English has not"),
        (FRENCH + 'msgid "{n}: a"\nmsgstr "{n.__class__}: x"\n', "has {n.__class__}, which its"),
        (FRENCH + 'msgid "a\nmsgstr "x"\n', "6: 'msgid \"a' has a quotation mark too few"),
        (FRENCH + 'msgid "a"\nmsgstr "x" "y"\n', '7: \'msgstr "x" "y"\' has several texts in one'),
        (FRENCH + 'msgid "a"\nmsgstr "x" y"\n', '7: \'msgstr "x" y"\' has a quotation mark too'),
        (FRENCH + "hello\n", "is not as gettext writes it (Unknown or misformatted keyword"),
        (FRENCH + MANY.replace("[1]", "[N]"), "9: is not as gettext writes it"),
        (FRENCH + MANY.replace("[1]", "[7]"), "is not as gettext writes it (msg has more"),
    ],
)
def test_a_fault_is_one_line_with_its_place_and_a_remedy(text: str | bytes, says: str) -> None:
    with pytest.raises(TemplateError) as refused:
        read(text)
    assert str(refused.value).startswith("catalogues/fr.po:")
    assert says in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    "left",
    [
        'msgid "left"\nmsgstr ""\n',
        '#, fuzzy\nmsgid "left"\nmsgstr "guessed"\n',
        'msgid "left"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] ""\n',
        'msgid "left"\nmsgid_plural "b"\nmsgstr[0] "x"\n',
        '#~ msgid "left"\n#~ msgstr "x"\n',
        "",
    ],
)
def test_what_is_not_done_yet_stays_english(left: str) -> None:
    assert read(FRENCH + ONE + "\n" + left).texts == {"a": ("x",)}


def test_a_rule_may_be_broken_into_lines_and_the_file_begin_with_a_mark() -> None:
    rule = 'nplurals=3; plural=(n==1 ? 0 : "\n"n%10>=2 && n%10<=4 ? 1 : 2);'
    head = HEADER.format(2, "0").replace("nplurals=2; plural=0;", rule)
    found = read(b"\xef\xbb\xbf" + (head + ONE).encode())
    assert found.texts == {"a": ("x",)}
    assert [found.plural(number) for number in (1, 2, 5)] == [0, 1, 2]


def test_braces_are_text_where_the_english_has_none() -> None:
    assert read(FRENCH + 'msgid "a"\nmsgstr "{x}"\n').texts == {"a": ("{x}",)}


@pytest.mark.parametrize("sign", ["\u2028", "\x85", "\x0c"])
def test_only_a_line_feed_ends_a_line(sign: str) -> None:
    assert read(FRENCH + f'msgid "a"\nmsgstr "x{sign}y"\n').texts == {"a": (f"x{sign}y",)}


def test_a_catalogue_without_a_rule_has_that_of_its_language() -> None:
    found = read(MANY)
    assert found.texts == {}  # French has a third form, for millions
    assert [found.plural(number) for number in (0, 1, 2, 1_000_000)] == [0, 0, 2, 1]
    assert read("# Nothing yet.\n").texts == {}


def test_a_newsletter_in_a_language_whose_catalogue_is_broken_says_so_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = empty_home(tmp_path / "home", language='"fr"')
    write_summary(home, "first")
    (tmp_path / "fr.po").write_text(HEADER.format("INTEGER", "EXPRESSION"))
    monkeypatch.setattr(catalogue_files, "FOLDER", tmp_path)
    kept = (catalogue_files.languages, catalogue_files.catalogue_for, catalogue_files.words_in)
    for one in kept:
        one.cache_clear()
    try:
        for words in ("check", "publish", "doctor"):
            done = command(home, words)
            assert "catalogues/fr.po:4: Plural-Forms is" in done.stdout + done.stderr, words
            assert "Traceback" not in done.stderr
            assert done.returncode == 1
    finally:
        monkeypatch.undo()
        for one in kept:
            one.cache_clear()


def test_an_odd_file_stops_no_other_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (
        ("._fr.po", "\0"),
        ("fr.po", FRENCH + ONE),
        ("pl.po", ""),
        ("zz.po", FRENCH),
    ):
        (tmp_path / name).write_text(text)
    remember = (catalogue_files.languages, catalogue_files.catalogue_for, catalogue_files.words_in)
    monkeypatch.setattr(catalogue_files, "FOLDER", tmp_path)
    for one in remember:
        one.cache_clear()
    try:
        assert catalogue_files.languages() == ("en", "fr", "pl", "zz")
        assert catalogue_files.words_in("fr").say("a") == "x"
        with pytest.raises(TemplateError, match=r"catalogues/pl\.po:1: is empty; "):
            catalogue_files.words_in("pl")
        with pytest.raises(TemplateError, match=r"catalogues/zz\.po: .* none called 'zz'; rename"):
            catalogue_files.words_in("zz")
    finally:
        monkeypatch.undo()
        for one in remember:
            one.cache_clear()
