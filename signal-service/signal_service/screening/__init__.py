"""The newest figures of every symbol side by side, and questions to them."""
