"""A sheet and a ladder of which `check` has nothing to say but notes, and parts to put into them."""

from __future__ import annotations

SOUND = """\
id = "made/sheet"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { zh = "考核表", en = "Sheet" }

[facts]
sold = { kind = "count", provider = "shop", most = 200, title = { zh = "销量", en = "Items sold" } }
late = { kind = "count", provider = "shop", most = 20, title = { zh = "迟到", en = "Late" } }

[[indicator]]
id = "sales"
title = { zh = "销售", en = "Sales" }
weight = 60
measure = "sold"
better = "higher"
rule = { kind = "bands", bands = [
  { from = 90, points = 60 },
  { from = 50, points = 30 },
  { otherwise = true, points = 0 },
] }

[[indicator]]
id = "attendance"
title = { zh = "出勤", en = "Attendance" }
weight = 40
measure = "late"
better = "lower"
rule = { kind = "deduct", each = 10 }
"""
GRADE = """
[grade]
bands = [
  { from = 90, grade = "A" },
  { from = 60, grade = "B" },
  { otherwise = true, grade = "C" },
]
"""
PAY = """
[[pay]]
id = "bonus"
title = { zh = "奖金", en = "Bonus" }
amount = { by = "total", bands = [
  { from = 90, amount = 300 },
  { otherwise = true, amount = 0 },
] }
"""
FREE = """
[[pay]]
id = "bonus"
title = { zh = "奖金", en = "Bonus" }
amount = "AMOUNT"
"""
GATE = """
[[gate]]
id = "prompt"
title = { zh = "准时", en = "On time" }
require = "late <= 3"
effect = { ineligible = true }
"""
CHOICE = """
[[indicator]]
id = "manner"
title = { zh = "态度", en = "Manner" }
weight = 0
measure = "manner"
rule = { kind = "choice", points = { good = 5, fair = 3, poor = 0 } }
"""
MANNER = """\
manner = { kind = "choice", choices = ["good", "fair", "poor"], provider = "HR", title = { zh = "态", en = "Manner" } }
"""
LATE = 'late = { kind = "count", provider = "shop", most = 20, title = { zh = "迟到", en = "Late" } }\n'
CARE = 'care = { kind = "rating", provider = "HR", title = { zh = "用心", en = "Care" } }\n'
SPARE = 'spare = { kind = "count", provider = "shop", title = { zh = "备用", en = "Spare" } }\n'
PARAM = '[params]\nend = { value = 50, title = { zh = "线", en = "End" } }\n\n[facts]'
NAMED = 'weight = 40\nlevels = [ { from = 80, level = "good" }, { otherwise = true, level = "poor" } ]'
FAR = """"down"

[[ladder.move]]
id = "far"
title = { zh = "降", en = "Far" }
levels = ["senior"]
when = "over_cycle(sum, sales) < 500"
to = "junior"
"""
SEASONS = """
[seasons]
busy = { months = [11, 12, 1], title = { zh = "旺季", en = "Busy" } }
slack = { months = [2, 3, 4, 5, 6, 7, 8, 9, 10], title = { zh = "淡季", en = "Slack" } }
"""
GROUP = """
[[group]]
id = "results"
title = { zh = "业绩", en = "Results" }
"""
LADDER = """\
id = "made/ladder"
version = "1"
effective = 2024-01-01
periods = ["cycle"]
title = { zh = "级别", en = "Levels" }

[facts]
sales = { kind = "money", provider = "finance", title = { zh = "销售额", en = "Sales" } }

[ladder]
months = 3

[[ladder.level]]
id = "junior"
title = { zh = "初级", en = "Junior" }

[[ladder.level]]
id = "senior"
title = { zh = "高级", en = "Senior" }

[[ladder.move]]
id = "fall"
title = { zh = "降", en = "Fall" }
levels = ["senior"]
when = "over_cycle(sum, sales) < 1000"
to = "down"

[[ladder.move]]
id = "rise"
title = { zh = "升", en = "Rise" }
levels = ["junior"]
when = "over_cycle(sum, sales) >= 5000"
to = "up"
"""
