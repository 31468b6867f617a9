import { uuidv7 } from "uuidv7";
import { withdrawFromAnswers } from "../../kernel/dispatch/idempotency.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { contentWithdrawn } from "../facts.ts";
import { toWire } from "../rules.ts";
import { Redaction, RedactionInput, type RedactionRow } from "../schema.ts";
import { insertRedaction, saveWithdrawn } from "../store.ts";
import { lockSubject } from "../subjects.ts";

export const createRedaction = command({
  name: "redactions.create",
  summary: "Withdraw the content of a message, of a task or of an event, such as a secret that was pasted into it.",
  description:
    "A tombstone with the reason replaces the content everywhere: in lists, in search, in the log of facts, in kept " +
    "answers and in new backups. The log keeps size and hash. The content cannot be restored.",
  route: "POST /redactions",
  permission: "redactions:write",
  pastQuota: "passes",
  input: RedactionInput,
  output: Redaction,
  status: 201,
  problems: ["not_found", "conflict"],
  async run(context, { subject: { kind, id, ...more }, reason }) {
    const { tx, actor, now } = context;
    if (more.fields && kind !== "task") throw invalid("/subject/fields", "belong to a task.");
    if (more.task_id && kind !== "event") throw invalid("/subject/task_id", "belongs to an event.");
    const subject = await lockSubject(tx, kind, id, more);
    if (subject.earlier) return unchanged(toWire(subject.earlier));
    const row: RedactionRow = {
      workspace_id: tx.workspace,
      id: uuidv7(),
      subject_kind: kind,
      subject_id: id,
      task_id: subject.task_id,
      withdrawn: [],
      reason,
      by_user_id: actor.id,
      created_at: now.toISOString(),
    };
    await insertRedaction(tx, row);
    const { withdrawn, replacements } = await subject.withdraw(context, row);
    await saveWithdrawn(tx, row.id, withdrawn);
    await withdrawFromAnswers(tx, subject.about.id, replacements);
    const event_id = kind === "event" ? id : null;
    const data = { redaction_id: row.id, event_id, withdrawn, reason };
    return changed(toWire({ ...row, withdrawn }), contentWithdrawn(subject.about, data));
  },
});
