"""Segments: rules, exceptions, pages, and what must not leak through them."""
