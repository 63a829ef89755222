"""Rules on one symbol's history: what they read, and where they hold."""
