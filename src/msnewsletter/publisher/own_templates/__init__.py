"""A home's own templates: what each was copied from, what the program changed since, what breaks.

Which templates are in force is publisher/templates.py.
"""
