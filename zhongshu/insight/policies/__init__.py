"""Rules of insight: periods, what each figure means, chance, the sentences of the analysis, the plan, delivery."""
