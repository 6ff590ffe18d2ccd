"""What pages, workbooks and papers share: figures put into words and tables."""
