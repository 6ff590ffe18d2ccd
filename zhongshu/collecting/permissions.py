"""Who may do what in collecting."""
