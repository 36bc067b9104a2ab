"""What comes back for a mail that was sent: bounces, complaints, requests to leave, auto-replies.

`read_inbound` is pure: bytes in, one frozen result out. `maildir` and `imap` are where the bytes
come from. Nothing here knows a subscriber, or decides what becomes of one.
"""
