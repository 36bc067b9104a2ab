"""Delivering: an issue from the outbox to every subscriber's mail server, once.

A mailing is enqueued in one transaction, claimed in batches, handed to the mail server over kept
connections, and settled in batches; a journal a connection knows what a kill left open.
"""
