"""Who is a member, since when, until when, and by which decisions."""
