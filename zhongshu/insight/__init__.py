"""Insight: boards, figures, reports and hot spots; reads everything, writes nothing of theirs."""
