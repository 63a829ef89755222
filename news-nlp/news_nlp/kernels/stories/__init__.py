"""Stories: what two texts share, and who told it first."""
