"""The use cases: collect, preview, approve, publish, recover; each gathers, decides, applies.

Reads no clock: the caller says what time it is. Each is imported from the module of its name, so
that a command loads what it needs and no more.
"""
