"""What is typed about money that arrives without a cashier."""
