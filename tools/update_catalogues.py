"""Brings the catalogues of the newsletter's own words up to what templates and code say.

`make words` adds what is new, untranslated, to every catalogue and drops what nobody says any more;
`make words LANGUAGE=fr` begins a new one. A text that was changed is a new one: its translation is
looked at again.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from msnewsletter.catalogues.catalogue_files import FOLDER
from msnewsletter.catalogues.own_words import on_one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

_ROOT: Final = Path(__file__).parent.parent
_IN_CODE: Final = {
    "say": None,
    "say_many": (1, 2),
    "translated": None,
    "to_say": None,
    "to_say_many": (1, 2),
}
_IN_TEMPLATES: Final = {"_": None, "gettext": None, "ngettext": (1, 2)}
_TEMPLATE_OPTIONS: Final = {
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "trimmed": "true",
    "newstyle_gettext": "true",
    "silent": "false",
}
_HEAD: Final = """\
# The newsletter's own words. `make words` adds what is new; CONTRIBUTING.md says how to write them.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


def said(language: str = "en") -> Catalog:
    """All that templates and code say, with the files that say it; nothing of it translated."""
    catalogue = Catalog(locale=language.replace("-", "_"), fuzzy=False)
    for file, text in _found():
        catalogue.add(text, locations=[(file, 0)])
    return catalogue


def _found() -> Iterator[tuple[str, str | tuple[str, str]]]:
    kinds = (
        ("src/msnewsletter", "*.py", "python", _IN_CODE, {}),
        ("templates", "*.j2", babel_extract, _IN_TEMPLATES, _TEMPLATE_OPTIONS),
    )
    for folder, pattern, method, keywords, options in kinds:
        for path in sorted((_ROOT / folder).rglob(pattern)):
            data = path.read_bytes()
            # Most of the code says nothing, and to read all of it takes seconds.
            if not any(f"{name}(".encode() in data or b"{% trans" in data for name in keywords):
                continue
            found = extract(method, io.BytesIO(data), keywords=keywords, options=options)
            for _, text, _, _ in found:
                forms = (text,) if isinstance(text, str) else text
                one, *more = map(on_one_line, forms)
                file = path.relative_to(_ROOT).as_posix()
                yield file, (one, *more[:1]) if more else one


def written(catalogue: Catalog, language: str) -> bytes:
    """The catalogue as a file: in the order of files and texts, so that a change shows alone."""
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=100,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    head = _HEAD.format(language=language, plurals=catalogue.plural_forms)
    return head.encode() + body.getvalue()


def brought_up(path: Path) -> bytes:
    """The catalogue at a path as it has to be, with the translations that it has."""
    language = path.stem
    known = Catalog(locale=language.replace("-", "_"))
    if path.exists():
        with path.open("rb") as file:
            known = read_po(file, locale=language.replace("-", "_"))
    known.update(said(language), no_fuzzy_matching=True)
    return written(known, language)


def main(languages: list[str]) -> None:
    """Write every catalogue anew, and those of the languages that are named."""
    for path in sorted({*FOLDER.glob("*.po"), *(FOLDER / f"{tag}.po" for tag in languages)}):
        path.write_bytes(brought_up(path))
        sys.stdout.write(f"{path.relative_to(_ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
