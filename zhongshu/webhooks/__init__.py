"""Webhooks: what happens here, told to other companies' programs; signed, retried, replayable (docs/webhooks.md)."""
