"""What detectors weigh findings with: claims on time, prices, groups, changes, open hours; no detector itself."""
