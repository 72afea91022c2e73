"""The pages of gifts."""
