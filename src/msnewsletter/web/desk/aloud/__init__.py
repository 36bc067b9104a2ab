"""Mail and pages in the order and words of a screen reader."""
