"""What banks want and send: files of direct debits, statements. Text in, records out, and back."""
