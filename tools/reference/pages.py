"""The pages that are made from the program, by the names of their files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reference.commands import commands_page
from reference.exit_codes import exit_codes_page
from reference.findings import findings_page
from reference.json_outputs import json_page
from reference.metrics import metrics_page
from reference.setting_tables import settings_page
from reference.template_names import templates_page

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGES: Final[Mapping[str, Callable[[], str]]] = {
    "commands.md": commands_page,
    "exit-codes.md": exit_codes_page,
    "findings.md": findings_page,
    "json.md": json_page,
    "metrics.md": metrics_page,
    "settings.md": settings_page,
    "templates.md": templates_page,
}
