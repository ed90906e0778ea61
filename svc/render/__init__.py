"""Records, rows and findings as text: tables, cards, CSV, JSON."""
