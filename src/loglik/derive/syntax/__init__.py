"""The plain syntax: what the catalogue is written in, and what people type."""
