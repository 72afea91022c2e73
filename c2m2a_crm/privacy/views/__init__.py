"""Pages of privacy and access to information."""
