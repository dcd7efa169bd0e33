"""Figures as SVG: one style, no dependency but Python's own library."""
