import Type, { type Static } from "typebox";
import type { Tx } from "../../kernel/db/tx.ts";
import { findFact } from "../../kernel/facts/whole.ts";
import { type CommandContext, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { listTitles } from "../../tasks/index.ts";
import { sendingOf } from "../request.ts";
import { type OutboxRow, Sending, type TargetRow } from "../schema.ts";
import { releaseNext, saveRow, takeRows } from "../store/rows.ts";
import { saveTarget, tryLockTarget } from "../store/targets.ts";

/** Longer than any attempt. After it, the row is sent again: the process that took it ended. */
const LEASE_MS = 30_000;

export const takeDeliveries = command({
  name: "outbox.take_deliveries",
  summary: "Take the next deliveries of a receiver for an attempt.",
  route: "POST /internal/outbox/take-deliveries",
  internal: true,
  permission: "outbox:send",
  input: Fields({ target_id: Id, most: Type.Integer({ minimum: 1, maximum: 100 }) }),
  output: Fields({ items: Type.Array(Sending) }),
  problems: [],
  async run({ tx, env, now }, { target_id, most }) {
    const target = await tryLockTarget(tx, target_id);
    if (!target?.is_enabled) return unchanged({ items: [] });
    const rows = await takeRows(tx, target_id, { now, most, leaseMs: LEASE_MS });
    const items: Static<typeof Sending>[] = [];
    let gone = 0;
    for (const row of rows) {
      const sending = await readSending({ tx, env, now }, target, row);
      if (sending) items.push(sending);
      else {
        await endGone(tx, row, now);
        gone++;
      }
    }
    if (gone > 0) await saveTarget(tx, { ...target, pending: target.pending - gone });
    return unchanged({ items });
  },
});

type Context = Pick<CommandContext, "tx" | "env" | "now">;

async function readSending({ tx, env, now }: Context, target: TargetRow, row: OutboxRow) {
  const { id, attempt, fact_id, fact_type: type, subject_id, fact_seq: seq } = row;
  const fact = await findFact(tx, { id: fact_id, type, subject_id, seq });
  if (!fact) return undefined;
  const isOfTask = target.kind !== "webhook" && fact.subject.kind === "task";
  const title = isOfTask ? (await listTitles(tx, [subject_id])).get(subject_id) : undefined;
  const made = { workspace: tx.workspace, env, now, title };
  return { id, target_id: target.id, attempt, ...sendingOf(target, fact, made) };
}

/** A backup that was restored may lack the fact. */
async function endGone(tx: Tx, row: OutboxRow, now: Date): Promise<void> {
  const end = { status: "dead", is_sending: false, next_attempt_at: null, finished_at: now.toISOString() } as const;
  await saveRow(tx, { ...row, ...end, error: "The log has no such fact." });
  await releaseNext(tx, row, now);
}
