"""Files and folders of a home, each whole or not there at all. Knows bytes and names, not texts."""
