"""Alerts under way while processes are killed: what every reader received beside what was committed."""
