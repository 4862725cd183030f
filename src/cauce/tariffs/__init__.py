"""Tariffs (tarifas): the law's tables, versioned and never edited, the price they give a use, and its proof."""
