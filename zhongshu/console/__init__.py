"""Staff screens that cross apps: home, call-taker's screen, customer 360, live board, phone pages."""
