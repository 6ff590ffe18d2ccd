"""`bin/bench NAME …`: one of the benches below; `bin/bench NAME --help` tells its options."""

import importlib
import sys

BENCHES = {
    "intake": "a matter heard over HTTP, against the same rows inserted by one plain view",
    "list": "the lists of cases and orders with filters and count, against the query alone",
    "import": "a workbook of rooms, against reading the file alone",
    "import-history": "charges and payments of old books, against reading the file and plainly inserting its rows",
    "start": "bin/demo the second time, against PostgreSQL's own start",
    "tick": "letting time pass over many open orders, against one indexed scan of what is due",
    "board": "the live board and the wall as more is open, against counting what is open",
    "billing-run": "a month's charges for ever more accounts, against one plain INSERT of the finished rows",
    "payments": "a payment over HTTP, allocated and posted, against the same rows inserted by one plain view",
    "ageing": "the page of ageing for ever more accounts, against one plain query of the open charges",
    "care": "the evaluation of the score for ever more accounts, against one plain statement; the quiet day; explain",
    "foresight": "how well arrears are foreseen in a history with planted causes, against the base rate",
    "letters": "dunning letters into one PDF, against typst alone; notices, against the same rows inserted",
    "pages": "the ten busiest pages as the company grows to a million accounts",
    "ledger": "entries by the thousand with the triggers of the ledger, against the same without",
    "classifier": "how good and how fast the classifier is",
}
MODULES = {
    "billing-run": "billing",
    "import-history": "history",
    "list": "lists",
    "import": "importing",
    "board": "boards",
}


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in BENCHES:
        lines = [f"  {each:<16}{what}" for each, what in BENCHES.items()]
        sys.exit("\n".join(["bin/bench NAME [--quick] [--json]", "", *lines]))
    sys.argv = [f"bin/bench {name}", *sys.argv[2:]]
    importlib.import_module(f"bench.{MODULES.get(name, name)}").main()


main()
