"""PostgreSQL: the embedded server, migrations, pools, and what services do with them."""

from chitti_shared.db.advisory import advisory_key
from chitti_shared.db.embedded import EmbeddedServer
from chitti_shared.db.migrator import migrate
from chitti_shared.db.pool import Pool, connect_pool
from chitti_shared.db.roles import ROLES

__all__ = ["ROLES", "EmbeddedServer", "Pool", "advisory_key", "connect_pool", "migrate"]
