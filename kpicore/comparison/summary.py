"""A comparison in a few short sentences, to be read aloud."""

from __future__ import annotations

from collections.abc import Iterator

from kpicore.comparison.record import Comparison, Stand
from kpicore.comparison.section import shown
from kpicore.comparison.words import Words, money, percent_of

_MOST_OTHERS = 5


def summary_lines(found: Comparison, words: Words) -> Iterator[str]:
    """The sentences, the weightiest first."""
    yield from _moved(found, words)
    yield from _paid(found, words)
    yield from _totals(found, words)


def _moved(found: Comparison, words: Words) -> Iterator[str]:
    say = words.say
    what = "decision" if found.decides else "grade"
    up, down = found.moved("up"), found.moved("down")
    others = [move for move in found.moves if move.way == "other"]
    if up or down:
        parts = {
            "up": words.told(f"up.{what}", up),
            "down": words.told(f"down.{what}", down),
        }
        yield words.told(f"moved.{what}", up + down, all=words.all(found.count), **parts)
    elif not others and (found.decides or found.old.grades or found.new.grades):
        yield say(f"compare.unmoved.{what}")
    largest = sorted(others, key=lambda move: -move.people)[:_MOST_OTHERS]
    for move in others:
        if move in largest:
            ends = {"before": words.standing(move.before), "after": words.standing(move.after)}
            yield words.told("other", move.people, **ends)
    if len(others) > len(largest):
        yield say("compare.more_moves")
    lacking = Stand("incomplete")
    still = sum(move.people for move in found.moves if move.before == move.after == lacking)
    if still:
        yield words.told("still_incomplete", still, all=words.all(found.count))


def _paid(found: Comparison, words: Words) -> Iterator[str]:
    say, pay, untold = words.say, found.pay, found.untold
    if pay.change is not None and pay.before is not None and pay.after is not None:
        ends = {"before": money(pay.before), "after": money(pay.after), "change": money(abs(pay.change))}
        percent = percent_of(abs(pay.change), pay.before)
        if not pay.change:
            yield say("compare.paid.stays", before=ends["before"])
        elif percent is None:
            yield say(f"compare.paid.{'rises_from_nothing' if pay.change > 0 else 'falls_plain'}", **ends)
        else:
            way = "rises" if pay.change > 0 else "falls"
            yield say(f"compare.paid.{way}", percent=f"{percent:,} %", **ends)
        if found.pay_up or found.pay_down:
            yield say("compare.gets", up=words.some(found.pay_up), down=words.some(found.pay_down))
        if found.paid < found.count:
            yield say("compare.paid_of", some=words.some(found.paid), all=words.all(found.count))
    both = bool(found.old.pay) and bool(found.new.pay)
    for side, count, amount in (
        ("before", untold.before, untold.paid_before),
        ("after", untold.after, untold.paid_after),
    ):
        if count and amount is not None:
            key = f"compare.untold.{side}" if both else f"compare.only_pay.{side}"
            yield say(key, amount=money(amount), some=words.some(count))


def _totals(found: Comparison, words: Words) -> Iterator[str]:
    if found.mean_before is None or found.mean_after is None:
        return
    before, after = money(found.mean_before), money(found.mean_after)
    if not (found.total_up or found.total_down):
        yield words.say("compare.mean_same", before=before)
    else:
        change = shown(found.mean_after - found.mean_before, "change")
        ways = {"up": words.some(found.total_up), "down": words.some(found.total_down)}
        yield words.say("compare.mean", before=before, after=after, change=change, **ways)
    still = sum(move.people for move in found.moves if move.before == move.after == Stand("incomplete"))
    if found.compared < found.count - still:
        yield words.told("uncompared", found.count - found.compared, all=words.all(found.count))
