"""What evaluating does, step by step."""
