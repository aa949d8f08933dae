"""What every worker needs: a channel, a loader, and calls that are written down."""
