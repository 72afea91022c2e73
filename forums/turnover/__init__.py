"""Seats that change hands: terms that end, renewed, passed to the first alternate, or over with their seat."""
