"""A seeded world of residents and staff that lives through the real actions under a moved clock."""
