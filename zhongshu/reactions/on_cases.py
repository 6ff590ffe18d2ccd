"""When something happened to a case."""
