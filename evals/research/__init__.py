"""Research: measurements and experiments that the gate does not need; only the command line imports it."""
