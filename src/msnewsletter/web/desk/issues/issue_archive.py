"""An issue's files and their manifest as one ZIP file, to be kept. Pure: same files, same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from msnewsletter.home import issue_name
from msnewsletter.serialize import pretty

if TYPE_CHECKING:
    from msnewsletter.publisher.past_issues import PastIssue

# ZIP files know no time zone: the hour is that of the issue in UTC.
_FIRST_YEAR = 1980


def issue_archive(past: PastIssue) -> bytes:
    """A folder named after the issue: its files as they were rendered again, and `manifest.json`.

    The manifest is that of what went out; a file that differs from it is named in the archive's
    comment.
    """
    issue, made = past.record.issue, io.BytesIO()
    cutoff = issue.cutoff
    when = (max(cutoff.year, _FIRST_YEAR), *cutoff.timetuple()[1:6])
    files = {**past.files, "manifest.json": pretty(past.record.manifest)}
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(f"{issue_name(issue.number)}/{name}", when)
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
        archive.comment = _comment(past).encode()
    return made.getvalue()


def _comment(past: PastIssue) -> str:
    if not past.changed:
        return "Every file is the same as what went out."
    return f"Differ from what went out: {', '.join(past.changed)}"[:60_000]
