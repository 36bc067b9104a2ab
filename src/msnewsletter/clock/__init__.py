"""The clock: wakes up, lets the publisher do what is due, tells the editors, survives failures.

Owns when something is tried again. Never decides what is due or what goes out.
"""
