"""Who signs in: users, teams, roles and what each may do."""
