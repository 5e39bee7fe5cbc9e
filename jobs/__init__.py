"""Work behind the scenes: lanes with a lease, a worker, a schedule. It is handed its tasks and knows none."""
