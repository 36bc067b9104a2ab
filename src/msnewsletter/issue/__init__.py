"""What goes into an issue, in what order, and what waits.

Pure: opens no file, reads no clock.
"""
