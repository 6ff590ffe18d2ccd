"""Whether a difference is more than chance: exact tests, for the small numbers of a site."""

SIGNIFICANT = 0.05


def counts_differ(now: int, before: int) -> bool:
    """Two counts over stretches of the same length: were they one rate, each matter fell on either side by a coin."""
    from scipy.stats import binomtest

    total = now + before
    return total > 0 and bool(binomtest(now, total, 0.5).pvalue < SIGNIFICANT)


def shares_differ(part: int, whole: int, other_part: int, other_whole: int) -> bool:
    """Two shares: Fisher's exact test. Of nothing there is no difference."""
    from scipy.stats import fisher_exact

    if not whole or not other_whole:
        return False
    table = [[part, whole - part], [other_part, other_whole - other_part]]
    return bool(fisher_exact(table)[1] < SIGNIFICANT)


def exceeds_its_share(part: int, whole: int, expected: float) -> bool:
    """Whether a part is larger than its expected share of the whole by more than chance."""
    from scipy.stats import binomtest

    return whole > 0 and bool(binomtest(part, whole, expected, alternative="greater").pvalue < SIGNIFICANT)
