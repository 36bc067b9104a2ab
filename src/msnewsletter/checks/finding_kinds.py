"""Every kind of finding, by its name. Pure data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msnewsletter.checks.mail_findings import MAIL_FINDINGS
from msnewsletter.checks.text_findings import TEXT_FINDINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from msnewsletter.checks.finding_kind import FindingKind

# In the order of the reference.
KINDS: Final[Mapping[str, FindingKind]] = {**MAIL_FINDINGS, **TEXT_FINDINGS}
