"""Who is missing at a table: its seats and who came, by mineral and stage of the value chain."""
