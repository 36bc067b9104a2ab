"""One catalogue, as gettext's tools write it: its translations and its plural rule, or its fault.

Where the fault is stands in the error, with its line: a translator corrects it. Reads bytes, and
opens no file.
"""

from __future__ import annotations

import re
from gettext import c2py
from typing import TYPE_CHECKING, Any, Final

from msnewsletter.catalogues.own_words import parted
from msnewsletter.errors import TemplateError
from msnewsletter.text import quoted_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MSGID: Final = re.compile(r'^msgid\s+((?:"(?:[^"\\\n]|\\.)*"\s*?\n?)+)', re.MULTILINE)
_STRING: Final = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
# The header is the translation of nothing; gettext's tools break its long lines.
_HEADER: Final = re.compile(
    r'^msgid\s+""\s*^msgstr\s+((?:"(?:[^"\\\n]|\\.)*"\s*?\n?)+)', re.MULTILINE
)
_RULE: Final = re.compile(r"^Plural-Forms:\s*(.*?)\s*$", re.MULTILINE)
_RULE_LINE: Final = re.compile(r'^"Plural-Forms:', re.MULTILINE)
# A line that is neither a comment nor empty: a keyword or none, and a string.
_LINE: Final = re.compile(
    r'(?:[a-z_]+(?:\[[^\]]*\])?\s+)?(?P<open>"(?:[^"\\]|\\.)*)(?P<end>")?(?P<after>.*)'
)
_STRINGS: Final = re.compile(r'(?:\s*"(?:[^"\\]|\\.)*")+')
_COUNT: Final = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+?)\s*;?\s*", re.ASCII)
_FORM: Final = re.compile(r"^msgstr\[(?!\d+\])", re.MULTILINE)
_BRACES: Final = re.compile(r"\{[^{}]*\}?|\}")
_NUMBERS: Final = range(1_001)  # with which a rule is tried: none that we know repeats later


class PoFile:
    """A catalogue that can be used.

    Args:
        data: the file's bytes.
        tag: of its language, BCP 47.
        place: what messages call the file.

    Raises TemplateError.

    Attributes:
        texts: each translation by its English: one text, or its plural forms in order. What is not
            translated, only in some of its forms, or only by a guess of gettext's ("fuzzy") is not
            in it: readers get the English.
        plural: which plural form goes with a number.
    """

    def __init__(self, data: bytes, *, tag: str, place: str) -> None:
        self._place = place
        self._text = self._decoded(data)
        self._refuse_open_strings()
        self._refuse_twice()
        rule = self._rule()
        catalogue = self._read(tag)
        self.plural = self._plural(rule, catalogue)
        texts: dict[str, tuple[str, ...]] = {}
        for message in catalogue:
            english = _forms(message.id)
            said = _forms(message.string)
            if english and english[0] and said and all(said) and not message.fuzzy:
                self._refuse_places(english, said, message.lineno)
                texts[english[0]] = said
        self.texts: Mapping[str, tuple[str, ...]] = texts

    def _decoded(self, data: bytes) -> str:
        if not data.strip():
            raise self._fault(1, "is empty", "put the catalogue back, or remove the file")
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise self._fault(line, "is not UTF-8", "save the file as UTF-8") from None

    def _refuse_open_strings(self) -> None:
        """Raise TemplateError where a string does not end: readers pass such lines over."""
        # The only end of a line there: other signs that Python takes for one are part of the text.
        for number, line in enumerate(self._text.split("\n"), start=1):
            found = _LINE.fullmatch(line.strip())
            if found and found["end"] and _STRINGS.fullmatch(found["after"]):
                # gettext's own tools join them; Babel, which reads them here, does not.
                problem = f"{quoted_value(line.strip())} has several texts in one line"
                raise self._fault(number, problem, "write each in a line of its own")
            if found and (found["end"] is None or found["after"].strip()):
                problem = f"{quoted_value(line.strip())} has a quotation mark too few or too many"
                raise self._fault(number, problem, 'write \\" for one that is part of the text')

    def _refuse_twice(self) -> None:
        """Raise TemplateError where a text is translated twice: nobody knows which one counts."""
        met: dict[str, int] = {}
        for found in _MSGID.finditer(self._text):
            english, line = "".join(_STRING.findall(found[1])), self._line(found.start())
            if english in met:
                problem = f"{quoted_value(english)} is there already, in line {met[english]}"
                raise self._fault(line, problem, "remove one of them")
            met[english] = line

    def _rule(self) -> tuple[int, int, str] | None:
        """The line, the number of forms and the expression of its plural rule; None: it has none.

        That is Babel's of its language then.
        """
        header = _HEADER.search(self._text)
        said = "".join(_STRING.findall(header[1])) if header else ""
        found = _RULE.search(said.replace("\\n", "\n"))
        if found is None:
            return None
        at = _RULE_LINE.search(self._text)
        line, rule = self._line(at.start()) if at else 1, _COUNT.fullmatch(found[1])
        if rule is None:
            raise self._no_rule(line, f"Plural-Forms is {quoted_value(found[1])}")
        return line, int(rule[1]), rule[2]

    def _read(self, tag: str) -> Any:  # noqa: ANN401  (imported only here)
        # Slow to import (a fifth of a second), and not for English.
        from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415

        lines = [f"{line}\n" for line in self._text.split("\n")]
        try:
            return read_po(lines, locale=tag.replace("-", "_"), abort_invalid=True)
        except PoFileError as error:
            problem = f"is not as gettext writes it ({error})"
            raise self._fault(error.lineno + 1, problem, "correct it") from None
        except ValueError as error:
            found = _FORM.search(self._text)
            line = self._line(found.start()) if found else 1
            problem = f"is not as gettext writes it ({error})"
            raise self._fault(line, problem, "correct it") from None

    def _plural(
        self,
        rule: tuple[int, int, str] | None,
        catalogue: Any,  # noqa: ANN401
    ) -> Callable[[int], int]:
        line, count, said = rule or (1, catalogue.num_plurals, catalogue.plural_expr)
        try:
            plural = c2py(said)
            forms = {plural(number) for number in _NUMBERS}
        except Exception as error:  # noqa: BLE001  (an expression of anybody's)
            raise self._no_rule(line, f"its plural rule cannot be used ({error})") from None
        if not forms <= set(range(count)):
            raise self._no_rule(line, f"its plural rule gives {max(forms)} of {count} forms")
        return plural

    def _refuse_places(self, english: tuple[str, ...], said: tuple[str, ...], line: int) -> None:
        """Raise TemplateError where a translation has a place that its English has no value for."""
        known = {place for text in english for place in _places(text)}
        # Braces are only text where the English has no place in them.
        in_braces = any(place.startswith("{") for place in known)
        for text in said:
            for place in _places(text):
                if place not in known and (in_braces or not place.startswith("{")):
                    problem = f"{quoted_value(text)} has {place}, which its English has not"
                    raise self._fault(line, problem, "correct the name, or remove it")

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1

    def _no_rule(self, line: int, problem: str) -> TemplateError:
        remedy = "write that of the language, as in 'nplurals=2; plural=(n != 1);'"
        return self._fault(line, problem, remedy)

    def _fault(self, line: int, problem: str, remedy: str) -> TemplateError:
        return TemplateError(f"{self._place}:{line}", problem, remedy)


def _places(text: str) -> list[str]:
    """The places for values in a text, as they are written: `%(number)s`, `{number}`."""
    # Those of a line that the settings may have instead (`mail.subject`).
    return [*(f"%({name})s" for _, name in parted(text) if name), *_BRACES.findall(text)]


def _forms(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())
