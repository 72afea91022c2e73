"""Links that open one thing to somebody without an account (``docs/adr/0013-public-links.md``)."""
