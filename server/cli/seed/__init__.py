"""What the demo starts with: three organisations, what their people wrote, and how it gets into the servers."""
