"""What actions and batch share: what is said, how it is signed, where it may go, and the sending."""
