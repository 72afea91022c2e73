"""Pages of forums, by subject."""
