"""Comment rounds: a table is asked in writing, who is silent is seen, and each comment learns what became of it."""
