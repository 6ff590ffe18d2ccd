"""How likely an account is to fall into arrears: shown beside the score, never in it; nothing that serves reads it."""
