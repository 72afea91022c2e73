"""Pages of the directory, by what one does there."""
