"""Meetings of forums: planned, announced, held, and what came of them."""
