"""The Nu checker of HTML and CSS, which is Java: what it says of files."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

# Below tests/judges.
JAR = "node_modules/vnu-jar/build/dist/vnu.jar"
# Of a program that runs for seconds, compiling it as for a server takes longer than running it.
_BRIEF = ("-Xss2m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def nu_errors(
    java: str, jar: str, files: Iterable[str], *, passed_over: str = ""
) -> list[dict[str, Any]]:
    """The errors in pages and stylesheets, all asked at once: `url`, `message`.

    passed_over: a pattern for the messages that do not count; "" for none.
    """
    words = [java, *_BRIEF, "-jar", jar, "--also-check-css", "--format", "json"]
    words += ["--filterpattern", passed_over] if passed_over else []
    words += files
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return [one for one in json.loads(done.stderr)["messages"] if one["type"] == "error"]
