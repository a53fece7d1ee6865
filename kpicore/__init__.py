"""kpicore: scores appraisal sheets exactly, and says why."""
