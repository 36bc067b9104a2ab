"""`python -m msnewsletter` is the `msnewsletter` command."""

from msnewsletter.cli import main

if __name__ == "__main__":
    main()
