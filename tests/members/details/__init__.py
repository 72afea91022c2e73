"""Checks of details by the people themselves."""
