"""Changes to files of the home from the desk, through the parsers that publishing uses."""
