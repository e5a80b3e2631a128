"""The station's end of the courier: bundles out to a stick, and what comes back from one."""
