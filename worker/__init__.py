"""RQ jobs, readable like the flow: digest, publish, sweep, clock."""
