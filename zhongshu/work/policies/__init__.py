"""The rules of work: targets, escalation, clocks, the ranking of candidates. Values in, a decision out."""
