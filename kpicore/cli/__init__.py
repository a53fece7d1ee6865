"""The command line. `kpicore.cli.main` knows the commands by name; each stands in a module of its own."""
