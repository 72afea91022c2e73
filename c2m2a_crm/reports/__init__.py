"""The catalogue of named reports."""
