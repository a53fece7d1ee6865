"""A plugin that can not be imported."""

raise RuntimeError("the licence server is away")
