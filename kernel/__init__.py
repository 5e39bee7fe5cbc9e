"""What every floor may stand on: errors, sentences, YAML with lines, time, mail. Knows nobody above it."""
