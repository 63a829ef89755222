"""PostgreSQL: the embedded server, migrations, pools, and what services do with them."""

from chitti_shared.db.advisory import advisory_key
from chitti_shared.db.copying import Connection, Upserted, copy_rows, upsert_by_copy
from chitti_shared.db.embedded import EmbeddedServer
from chitti_shared.db.failures import mapped_failures
from chitti_shared.db.leadership import Leadership
from chitti_shared.db.listener import Listener
from chitti_shared.db.migrator import MigrationError, migrate
from chitti_shared.db.packing import PackedRows, pack_rows
from chitti_shared.db.pool import Pool, connect_pool
from chitti_shared.db.roles import ROLES

__all__ = [
    "ROLES",
    "Connection",
    "EmbeddedServer",
    "Leadership",
    "Listener",
    "MigrationError",
    "PackedRows",
    "Pool",
    "Upserted",
    "advisory_key",
    "connect_pool",
    "copy_rows",
    "mapped_failures",
    "migrate",
    "pack_rows",
    "upsert_by_copy",
]
