"""Quality: the company's quality department: help asked for by sites, supervision, samples of closed cases, published standards."""
