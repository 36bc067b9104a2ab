"""Puts the digest of each released issue into a folder of others: an archive, a shared drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from msnewsletter.api import ReleasedIssue

# Where to: of the environment, because a plugin has no settings in newsletter.toml.
FOLDER = "COPY_OUTBOX_FOLDER"


def released(issue: ReleasedIssue) -> None:
    """Copy the digest; whatever this raises is noted, said to editors, and tried again."""
    target = Path(os.environ[FOLDER], f"{issue.number:04d}.html")
    if issue.folder is None:
        target.write_text(f"Issue {issue.number}: {issue.page}\n", encoding="utf-8")
        return
    # Copied beside it and renamed: a copy that was cut off is never taken for one.
    part = target.with_suffix(".part")
    shutil.copyfile(issue.folder / "digest.html", part)
    part.replace(target)
