"""One process that owns a whole stack: PostgreSQL, the daemons, the gateway."""
