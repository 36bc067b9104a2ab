"""docs/reference/templates.md: what a template of the mail is given, from the views themselves."""

from __future__ import annotations

from dataclasses import fields
from typing import Final

from msnewsletter.model import Masthead
from msnewsletter.render.cautions import Caution
from msnewsletter.render.corrections import CorrectionView
from msnewsletter.render.mail.entries import MailEntry
from msnewsletter.render.mail.low_energy import LowEnergyEntry, LowEnergyWords
from msnewsletter.render.mail.view import DigestView
from reference.attribute_docstrings import in_docstring, introduction
from reference.markdown import code, page, plain, table

_HEAD: Final = """\
# Names in templates

What a template of the mail is given. Those that matter most are explained in
[themes](../guides/themes.md#templates-of-your-own), with what a mail must show. A link has `.url`
and `.text`."""
_VIEWS: Final[dict[str, type]] = {
    "digest": DigestView,
    "digest.masthead": Masthead,
    "entry": MailEntry,
    "entry.caution": Caution,
    "correction": CorrectionView,
    "short": LowEnergyWords,
    "short.entries, each": LowEnergyEntry,
}


def templates_page() -> str:
    """The page."""
    return page(_HEAD, *(_view(name, kind) for name, kind in _VIEWS.items()))


def _view(name: str, kind: type) -> str:
    says = in_docstring(kind)
    own = {
        one: (value.fget.__doc__ or "").splitlines()[0]
        for one, value in vars(kind).items()
        if isinstance(value, property) and value.fget and not one.startswith("_")
    }
    known = {one.name: says[one.name] for one in fields(kind)} | own
    rows = [(code(f".{one}"), plain(text)) for one, text in known.items()]
    named = table(("name", "what it is"), rows)
    return f"## {code(name)}\n\n{plain(introduction(kind))}\n\n{named}"
