"""SQL of `auth.*`."""
