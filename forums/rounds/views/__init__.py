"""Pages of comment rounds."""
