"""Who we know: organizations, Nations, people, and what ties them together."""
