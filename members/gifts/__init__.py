"""Gifts: what donors gave, and the official receipts that a registered charity gives for them."""
