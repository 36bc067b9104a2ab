"""What the desk changes: files of the home, through the parsers that publishing uses."""
