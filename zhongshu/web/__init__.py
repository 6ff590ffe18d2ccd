"""Base templates, components, tags and the forms kit: no domain words."""
