"""Quality: the company's quality department: help for sites, supervision, samples, escalations, published standards."""
