"""A sheet whose choices have titles, with a word for each that stands nowhere else."""

from __future__ import annotations

SHEET = """\
id = "t/titled"
version = "1"
effective = 2024-01-01
periods = ["month"]
title = { zh = "巡店", en = "Store check" }

[facts]
tidy = { kind = "choice", title = { zh = "整洁", en = "Tidiness" }, choices = [
    { value = "qa", title = { zh = "良好", en = "Good" } },
    { value = "qb", title = { zh = "一般", en = "Fair" } },
    { value = "qc", title = { zh = "较差", en = "Poor" } },
    "D" ] }
manner = { kind = "choice", raters = ["boss", "own"], title = { zh = "态度", en = "Manner" }, choices = [
    { value = "qa", title = { zh = "热情", en = "Warm" } },
    { value = "qb", title = { zh = "平淡", en = "Cool" } } ] }
skill = { kind = "rating", title = { zh = "技能", en = "Skill" } }
skill_own = { kind = "choice", default = "qh", title = { zh = "技能自评", en = "Skill, self-rated" }, choices = [
    { value = "qh", title = { zh = "上等", en = "Upper" } },
    { value = "ql", title = { zh = "下等", en = "Lower" } } ] }

[[rater]]
id = "boss"
title = { zh = "店长", en = "Manager" }
[[rater]]
id = "own"
title = { zh = "本人", en = "Oneself" }

[[indicator]]
id = "tidy"
title = { zh = "整洁", en = "Tidiness" }
weight = 40
rule = { kind = "choice", points = { qa = 40, qb = 20, qc = 5 }, otherwise = 0 }
[[indicator]]
id = "before"
title = { zh = "上月整洁", en = "Tidiness before" }
weight = 5
measure = "coalesce(previous(tidy), 'qc')"
kind = "choice"
rule = { kind = "choice", points = { qa = 5 }, otherwise = 0 }
[[indicator]]
id = "manner"
title = { zh = "态度", en = "Manner" }
weight = 30
apart = 1
rule = { kind = "choice", points = { qa = 30, qb = 10 } }
[[indicator]]
id = "skill"
title = { zh = "技能", en = "Skill" }
weight = 25
levels = [{ from = 50, level = "qh" }, { otherwise = true, level = "ql" }]
beside = "skill_own"
apart = 1
rule = { kind = "levels", points = { qh = 25, ql = 0 } }

[[gate]]
id = "tidy_enough"
title = { zh = "整洁合格", en = "Tidy enough" }
require = "tidy in ('qa', 'qb') and not (previous(tidy) == 'qc')"
effect = { ineligible = true }

[[pay]]
id = "bonus"
title = { zh = "奖金", en = "Bonus" }
amount = { by = "tidy", amounts = { qa = 100, qb = 50, qc = 0, D = 0 } }
"""
FIGURES = """\
employee,period,tidy,manner_boss,manner_own,skill,skill_own
E1,2024-02,Good,热情,qb,80,下等
E1,2024-03,一般,WARM,平淡,30,
E2,2024-03,ugly,warm,Cool,30,upper
"""
"""Each choice once by itself and once by a title in each language."""
