"""The scheme files that kpicore ships, one folder for each plugin that owns them."""
