"""What the performance figures are measured with: `python -m benchmarks`."""
