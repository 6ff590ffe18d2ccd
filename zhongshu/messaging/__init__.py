"""What people are told: messages to staff and customers, and whether they arrived."""
