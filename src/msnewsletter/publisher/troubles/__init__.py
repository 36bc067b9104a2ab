"""What a person must know of or act on: `status`, `doctor` and notices say the same line of it.

A module for each subject, in it a function for each kind of trouble, which finds it in a Situation.
"""
