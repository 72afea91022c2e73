"""Mail out: notices to people, and whom nothing may be sent to."""
