"""Measures the portal against what it could be compared with: ratios, in interleaved rounds. See README.md."""
