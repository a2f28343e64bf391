"""Who opened a door: organizations, people and offices, the leads they brought, the outcomes."""
