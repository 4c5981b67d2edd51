"""The only folder that imports SpiffWorkflow."""
