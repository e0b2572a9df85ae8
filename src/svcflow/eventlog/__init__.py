"""Any export -> the canonical log."""
