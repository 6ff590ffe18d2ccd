"""How fast, against what: every figure beside its floor, measured in one run. See README.md."""
