import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { inboxSnoozed } from "../facts.ts";
import { lockOwn } from "../lock-own.ts";
import { requireMark } from "../marks.ts";
import { requireLater } from "../rules.ts";
import { SNOOZES_MAX, Snooze, SnoozeInput } from "../schema.ts";
import { countSnoozes, forgetPast, saveSnooze } from "../store.ts";

export const createSnooze = command({
  name: "snoozes.create",
  summary: "Put a task or a message of your own inbox away until a time.",
  description:
    "It is back in the inbox at that time, and before it when the task changes or its conversation gets a message. " +
    "A second call changes the time. It changes nothing for other people and agents, who can see it in the log.",
  route: "POST /snoozes",
  permission: "snoozes:write",
  input: SnoozeInput,
  output: Snooze,
  problems: ["not_found", "conflict"],
  async run({ tx, actor, now }, { kind, id, until }) {
    const snooze = { kind, id, until: requireLater(until, now) };
    await lockOwn(tx, actor);
    const mark = await requireMark(tx, actor, { kind, id });
    await forgetPast(tx, actor.id, now);
    await saveSnooze(tx, { user_id: actor.id, ...snooze, mark });
    if ((await countSnoozes(tx, actor.id)) > SNOOZES_MAX) {
      const next_step = "Bring some of them back first.";
      throw new Problem("conflict", `At most ${SNOOZES_MAX} rows can be put away at a time.`, { next_step });
    }
    return changed(snooze, inboxSnoozed(actor.id, snooze));
  },
});
