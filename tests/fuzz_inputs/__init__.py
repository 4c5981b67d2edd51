"""What strangers could hand in, by the hundred thousand: nothing breaks, nothing takes long, nothing takes much."""
