"""The safe outbound client: public addresses only, bounded in size and time."""

from chitti_shared.http.addresses import checked_url, is_public
from chitti_shared.http.answers import Fetched, Posted
from chitti_shared.http.client import Limits, SafeClient
from chitti_shared.http.resolver import Resolve, system_resolve

__all__ = ["Fetched", "Limits", "Posted", "Resolve", "SafeClient", "checked_url", "is_public", "system_resolve"]
