"""What came back changes the books: bounces, complaints and requests to leave.

A message is read (delivery/inbound), decided on (inbound_decision.py), applied in one transaction,
and only then marked as handled: who is killed in between handles it again, which changes nothing.
"""
