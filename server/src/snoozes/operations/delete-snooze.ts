import { changed, command, unchanged } from "../../kernel/operation.ts";
import { inboxBroughtBack } from "../facts.ts";
import { lockOwn } from "../lock-own.ts";
import { requireMark } from "../marks.ts";
import { Snoozed } from "../schema.ts";
import { deleteSnooze as deleteRow } from "../store.ts";

export const deleteSnooze = command({
  name: "snoozes.delete",
  summary: "Bring a task or a message back to your own inbox before its time.",
  route: "POST /snoozes/delete",
  permission: "snoozes:write",
  pastQuota: "passes",
  input: Snoozed,
  output: Snoozed,
  problems: ["not_found"],
  async run({ tx, actor }, { kind, id }) {
    await lockOwn(tx, actor);
    const row = { kind, id };
    await requireMark(tx, actor, row);
    const isGone = await deleteRow(tx, actor.id, row);
    return isGone ? changed(row, inboxBroughtBack(actor.id, row)) : unchanged(row);
  },
});
