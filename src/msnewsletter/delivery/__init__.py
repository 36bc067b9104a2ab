"""Delivery: what goes out over the network. Messages to a mail server, pings to a WebSub hub.

Never renders, and never decides who gets what.
"""
