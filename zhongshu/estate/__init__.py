"""Who is where: places, customers, accounts and their history."""
