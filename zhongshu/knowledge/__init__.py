"""Knowledge: how each kind of matter is handled, what to say, what the law says in plain words; versioned, reviewed, read."""
