"""Feeds: RSS, Atom and JSON from one reading of the entries. Writes no file."""
