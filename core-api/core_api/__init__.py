"""The HTTP gateway: logins, forwarding, event streams. It holds no business logic."""

from chitti_shared import __version__

__all__ = ["__version__"]
