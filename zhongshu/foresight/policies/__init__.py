"""The rules of foresight: a formula of plain numbers, and how well one judges."""
