"""Pages of the ground floor that belong to no room: exports, jobs, outbox, settings, public texts, audit."""
