"""The packaged settings as those of a home of samples.

Anywhere else the addresses of an example block an issue.
"""

from __future__ import annotations

from msnewsletter.home import packaged_home


def sample_settings() -> str:
    """The text of newsletter.toml, with `samples = true`."""
    packaged = (packaged_home() / "newsletter.toml").read_text()
    return packaged.replace("\n# samples = true\n", "\nsamples = true\n")
