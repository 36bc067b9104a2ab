"""The contents of an issue: what goes in, in what order, and what waits.

Pure: opens no file, reads no clock.
"""
