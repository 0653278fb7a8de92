"""When it happens: Prefect flows, their worker and its dispatcher. The only room with Prefect."""
