"""What the daemon does by itself: watch for work, judge it, commit and publish alerts."""
