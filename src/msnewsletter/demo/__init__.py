"""The whole round, shown with the samples on this machine alone: for who has just installed it."""
