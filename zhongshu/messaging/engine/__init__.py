"""What actions and batch share: carriers, routing with what it needs to know, texts."""
