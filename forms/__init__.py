"""What may be asked: definitions, their language, and the reader of answers. Pure; no I/O but reading YAML."""
