"""The clock: wakes up, lets the publisher do what is due, notifies the editors, survives failures.

Owns the retries. Never decides what is due or what goes out.
"""
