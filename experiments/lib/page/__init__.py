"""The report: one page from the committed results."""
