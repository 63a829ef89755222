"""Handlers: one for each action of the service."""

from mojo_compute.actions.routing import router

__all__ = ["router"]
