"""The Jinja templates that kpicore ships: a shared base, and each scheme's own pages."""
