"""Clock, workdays, outbox, jobs, numbering, errors and the embedded database: no domain words."""
