"""Pages of the engagement record, by subject."""
