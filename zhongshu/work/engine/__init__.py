"""What every move has in common: lock, table, clocks, the search for somebody, telling. For actions and batch."""
