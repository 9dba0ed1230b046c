"""Chapter 6: one brand, twelve months, all five links in hand."""
