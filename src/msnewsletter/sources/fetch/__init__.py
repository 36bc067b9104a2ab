"""Fetching: what sources on the network, and programs, say of summaries.

A kind of source is a module with one function, `look`, which asks the source and yields what it
found, one thing after the other; publisher/fetch.py keeps it. Nothing here writes a file.
"""
