"""Everything that writes meetings."""
