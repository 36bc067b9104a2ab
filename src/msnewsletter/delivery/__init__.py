"""An issue to the people it is for: finished bytes to a mail server.

Never renders, and never decides who gets what.
"""
