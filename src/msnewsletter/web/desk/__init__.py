"""The editor's desk; app.py puts its parts together. Loopback only, unless asked otherwise.

Owns screens, forms and what a browser may do here. Never decides what goes into an issue.
"""
