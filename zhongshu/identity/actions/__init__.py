"""What can be done to users, their roles, their tokens and themselves: the only writers of identity."""
