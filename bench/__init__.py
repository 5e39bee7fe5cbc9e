"""What things cost: `make bench` prints medians, each with its baseline in the same run.

Absolute times belong to a machine; the ratio to the baseline is what can be compared.
"""
