"""Work orders, dispatch, clock and escalation: one order for all work."""
