"""Documents: files with versions, a class, a marking, and text that is searched."""
