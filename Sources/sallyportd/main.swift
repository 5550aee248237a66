// Placeholder until the commands stand.
