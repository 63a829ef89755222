"""What a holding risks: tail losses, contributions, drawdowns, clusters of assets, stress."""
