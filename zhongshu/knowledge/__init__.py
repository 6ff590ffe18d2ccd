"""Knowledge: how each kind of matter is handled, what to say, the law in plain words; versioned, reviewed, read."""
