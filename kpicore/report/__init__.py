"""Reports: pages of HTML that stand by themselves, an index of people and a page for each person and period."""

from __future__ import annotations

from kpicore.report.site import Report, write_report

__all__ = ["Report", "write_report"]
