"""The resident's pages (H5); owns no domain tables."""
