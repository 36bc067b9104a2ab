"""docs/reference/findings.md: every kind of finding."""

from __future__ import annotations

from typing import Final

from msnewsletter.checks.finding_kinds import KINDS
from reference.markdown import code, page, table

_HEAD: Final = """\
# Findings

What `msnewsletter check` and the desk say of an issue before it goes out: see
[check before it goes out](../guides/editing.md#check-before-it-goes-out). `block`: the issue is
refused until it is corrected. `warn`: a person should look; nothing is refused for it. These names
do not change their meaning."""
_END: Final = """\
`plain-language` looks at English summaries only, by their `language` or the newsletter's, and not
at cautions for claims. Syllables are counted by rule, for no dictionary must be downloaded; grades
come out up to one higher than with one.

The new text of a correction is inspected like that of a new summary, and its note for what is left
in it, typed or copied."""


def findings_page() -> str:
    """The page."""
    rows = [
        (code(name), ", ".join(kind.severities), kind.means, kind.remedy)
        for name, kind in KINDS.items()
    ]
    return page(_HEAD, table(("name", "severity", "what it means", "usual remedy"), rows), _END)
