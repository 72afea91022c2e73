"""Rows of the role matrix, a file for each room."""
