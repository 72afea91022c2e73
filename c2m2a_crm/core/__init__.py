"""Ground floor: what every room shares. Knows no domain."""
