"""What an operator does with subscribers: one at a time, and whole lists.

No address is in an error or a log: a line of input, or a subscriber's number, stands for it.
"""
