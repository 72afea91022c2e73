"""Papers of meetings: what belongs to which item, who may have it, who opened it, and the pack of all of them."""
