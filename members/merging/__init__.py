"""Two records of one human being, or of one organization, made one: nothing is dropped, and it can be undone."""
