"""What learning and looking ahead do, step by step."""
