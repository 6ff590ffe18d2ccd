"""When a work order moved."""
