"""`repsync rules`: check a rules file, show the rules in force, and try others on the ledger."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from programs.progression.rules import Rules, read_rules
from programs.progression.rules_mistakes import RulesError
from programs.progression.rules_values import RuleChange, rule_changes, rule_values
from runtime.bootstrap import load_rules, worker_parts
from runtime.commands.options import AS_JSON, examples
from runtime.commands.rules_views import compared, diff_tables, summary, values_table
from runtime.exit_status import ExitStatus
from runtime.output import answer, print_json
from runtime.progress import progress
from runtime.rules_file import rules_text
from runtime.settings import read_rules_path
from runtime.startup import configured
from runtime.told_failures import Failed
from worker.parts import Parts
from worker.rules_diff import RepChanges, count_reps, ranks_not_in, rules_diff

FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@click.group()
def rules() -> None:
    """Checks, shows and compares the rules: every number of the progression."""


@rules.command(epilog=examples("repsync rules check rules.toml", "repsync rules check rules.toml --json"))
@FILE
@AS_JSON
def check(file: Path, *, as_json: bool) -> None:
    """Reads a rules file and tells its mistakes.

    Status 0 and a summary, or 1 and the mistakes with their lines.
    """
    text, found = _read(file, as_json=as_json)
    told = summary(found, rule_values(text))
    if as_json:
        print_json({"ok": True, "mistakes": [], **told})
        return
    click.echo(f"Rules {found.version}: no mistakes.")
    for name in ("counts", "numbers", "tables"):
        click.echo(f"{name:8} " + ", ".join(f"{count} {each}" for each, count in told[name].items()))


@rules.command(epilog=examples("repsync rules show", "REPSYNC_RULES=rules.toml repsync rules show --json"))
@AS_JSON
def show(*, as_json: bool) -> None:
    """Shows the rules in force.

    REPSYNC_RULES, else the shipped ones: each number with its source and line.
    """
    path = read_rules_path()
    version, values = load_rules(path).version, rule_values(rules_text(path))
    if as_json:
        shown = [{"key": v.key, "value": v.value, "source": v.source, "line": v.line} for v in values]
        print_json({"version": version, "file": path, "rules": shown})
        return
    answer().print(values_table(f"Rules {version} ({path or 'shipped with repsync'})", values))


@rules.command(epilog=examples("repsync rules diff rules.toml", "repsync rules diff rules.toml --json | jq .reps"))
@FILE
@AS_JSON
def diff(file: Path, *, as_json: bool) -> None:
    """Tells what a rules file would change.

    Which numbers differ, and what becomes of each rep: a dry run over the ledger, which stays as it is. Awards
    that are there keep their amounts.
    """
    text, new = _read(file, as_json=as_json)
    settings = configured()
    parts = worker_parts(settings)
    before, after = rule_values(rules_text(settings.rules_path)), rule_values(text)
    if missing := ranks_not_in(parts, new):
        raise Failed(f"{file} has no rank {', '.join(missing)}, which was granted for good.")
    reps = _compared_reps(parts, new)
    keys, numbers = compared(before, after), rule_changes(before, after)
    if as_json:
        print_json(_diff_json(parts.rules, new, keys, numbers, reps))
        return
    answer().print(*diff_tables(parts.rules, new, keys, numbers, reps), sep="\n")


def _read(file: Path, *, as_json: bool) -> tuple[str, Rules]:
    """The file's text and rules; ends the command with status 1 and all its mistakes."""
    try:
        text = rules_text(file)
        return text, read_rules(text)
    except RulesError as error:
        if as_json:
            mistakes = [{"line": each.line, "key": each.key, "mistake": each.told} for each in error.mistakes]
            print_json({"ok": False, "mistakes": mistakes})
        else:
            click.echo("\n".join(map(str, error.mistakes)), err=True)
        sys.exit(ExitStatus.FOUND)


def _compared_reps(parts: Parts, new: Rules) -> list[RepChanges]:
    found, length = [], count_reps(parts)
    with progress("Comparing reps") as tell:
        for each in rules_diff(parts, new):
            found.append(each)
            tell(len(found), length)
    return found


def _diff_json(
    old: Rules, new: Rules, keys: Mapping[str, int], numbers: tuple[RuleChange, ...], reps: list[RepChanges]
) -> dict[str, Any]:
    return {
        "inForce": old.version,
        "file": new.version,
        "keys": keys,
        "rules": [{"key": n.key, "change": n.change, "before": n.before, "after": n.after} for n in numbers],
        "repsCompared": len(reps),
        "reps": [
            {
                "workspaceMemberId": rep.rep,
                "name": rep.name,
                "changes": [{"what": c.what, "before": c.before, "after": c.after} for c in rep.changes],
            }
            for rep in reps
            if rep.changes
        ],
    }
