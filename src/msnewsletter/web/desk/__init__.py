"""The parts of the editor's desk; editor.py puts them together. Loopback only, unless told.

Owns screens, forms and what a browser may do here. Never decides what goes into an issue.
"""
