"""Makes the pages of docs/reference/ that say what the program says itself.

Run by `make reference`. Each module makes one page; `pages.py` names them all. Reads the program
and docs/schemas/, and writes nothing but those pages.
"""
