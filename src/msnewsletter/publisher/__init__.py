"""The use cases: collect, preview, approve, publish, recover; each gathers, decides, applies.

Reads no clock: time is an argument. Each is imported from the module of its name, so that a command
loads what it needs and no more.
"""
