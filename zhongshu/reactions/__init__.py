"""When X happened there, do Y here, and nothing else."""
