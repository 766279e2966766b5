"""Research: measurements and experiments that the gate does not need. Nothing outside this folder but the command line imports it."""
