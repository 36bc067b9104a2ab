"""Delivery: hands finished messages to a mail server.

Never renders, and never decides who gets what.
"""
