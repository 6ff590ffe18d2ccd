"""Pages of the estate: places, customers, accounts, keepers' territories, workbooks."""
