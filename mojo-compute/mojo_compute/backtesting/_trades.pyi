"""For compiled modules only."""
