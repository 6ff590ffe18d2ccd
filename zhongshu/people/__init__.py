"""Staff, teams, skills and rosters: who is on duty, and what they can carry."""
