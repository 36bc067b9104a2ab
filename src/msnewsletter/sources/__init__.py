"""The sources of summaries: one module a format, bytes → Summary.

`read_bytes` and `parse_file` are pure; `list_files` and `read_file` are the disk side. Touches no
state.
"""

from msnewsletter.sources.folder import Listing, SourceFile, list_files, parse_file, read_file
from msnewsletter.sources.formats import SIZE_LIMIT, read_bytes
from msnewsletter.sources.parsed import Reading

__all__ = [
    "SIZE_LIMIT",
    "Listing",
    "Reading",
    "SourceFile",
    "list_files",
    "parse_file",
    "read_bytes",
    "read_file",
]
