"""Who may do what in community."""
