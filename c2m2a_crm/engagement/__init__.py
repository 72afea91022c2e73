"""What passed between us: initiatives, the contact log, follow-ups, points raised, commitments."""
