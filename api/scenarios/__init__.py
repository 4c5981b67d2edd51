"""Stories of a bundle that must come out as they are told before it can be published."""
