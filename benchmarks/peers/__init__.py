"""What ours is compared with: ordinary FastAPI applications under the same server settings."""
