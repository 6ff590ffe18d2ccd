"""Who may do what in care."""
