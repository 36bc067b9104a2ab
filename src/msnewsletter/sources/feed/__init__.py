"""Feeds in: RSS, Atom and JSON Feed to entries, and entries to the fields of a summary. Pure."""
