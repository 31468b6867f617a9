import Type from "typebox";
import { uuidv7 } from "uuidv7";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { factsAfter, type LoggedFact, readHorizon } from "../../kernel/facts/follow.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { tierOf } from "../../tiers/index.ts";
import { purposeOf } from "../notice-rules.ts";
import { hasTooManyWaiting, matches } from "../rules.ts";
import type { TargetRow } from "../schema.ts";
import { lockPosition, savePosition } from "../store/positions.ts";
import { insertRows, listWaiting, type NewRow } from "../store/rows.ts";
import { lockEnabled, saveTarget } from "../store/targets.ts";
import { disableTarget } from "../targets.ts";

export const followFacts = command({
  name: "outbox.follow_facts",
  summary: "Put the new facts of one workspace into the outbox, for the receivers that get them.",
  route: "POST /internal/outbox/follow-facts",
  internal: true,
  permission: "outbox:send",
  input: Fields({}),
  output: Fields({ rows: Type.Integer(), has_more: Type.Boolean() }),
  problems: [],
  async run({ tx }) {
    const position = await lockPosition(tx);
    if (!position) return unchanged({ rows: 0, has_more: false });
    const page = await factsAfter(tx, position);
    if (page.epoch !== position.epoch) {
      await savePosition(tx, await readHorizon(tx));
      return unchanged({ rows: 0, has_more: false });
    }
    const last = page.facts.at(-1);
    if (!last) return unchanged({ rows: 0, has_more: false });
    const { rows, facts } = await addRows(tx, page.facts);
    await savePosition(tx, last.resume);
    const output = { rows, has_more: page.hasMore };
    const [first, ...more] = facts;
    return first ? changed(output, first, ...more) : unchanged(output);
  },
});

async function addRows(tx: Tx, logged: readonly LoggedFact[]): Promise<{ rows: number; facts: Fact[] }> {
  const targets = await lockEnabled(tx);
  const hasSlack = (await tierOf(tx)).limits.slack_notifications_enabled;
  const open = targets.filter(({ kind }) => hasSlack || kind !== "slack");
  const rows = logged.flatMap((one) =>
    open.filter((target) => gets(target, one)).map((target): NewRow => rowOf(target, one)),
  );
  if (rows.length === 0) return { rows: 0, facts: [] };
  const isBehind = lineOf(await listWaiting(tx, rows));
  const ordered = rows.map((row) => (isBehind(row) ? { ...row, next_attempt_at: null } : row));
  await insertRows(tx, ordered);
  const facts: Fact[] = [];
  for (const target of open) {
    const added = ordered.filter(({ target_id }) => target_id === target.id).length;
    if (added === 0) continue;
    const counted = { ...target, pending: target.pending + added };
    if (hasTooManyWaiting(counted.pending)) facts.push(await disableTarget(tx, counted, "too_many_waiting"));
    else await saveTarget(tx, counted);
  }
  return { rows: ordered.length, facts };
}

function gets(target: TargetRow, { fact }: LoggedFact): boolean {
  // A test is in the outbox already, and a new webhook need not hear of itself.
  const isOwn = fact.subject.id === target.id && /\.(?:tested|created)$/.test(fact.type);
  if (isOwn || fact.created_at < target.enabled_at) return false;
  if (target.role === "webhook") return matches(target.fact_types, fact.type);
  const purpose = purposeOf(fact);
  return purpose !== undefined && target.purposes.includes(purpose);
}

function rowOf(target: TargetRow, { fact, position }: LoggedFact): NewRow {
  return {
    id: uuidv7(),
    target_id: target.id,
    fact_id: fact.id,
    fact_type: fact.type,
    subject_id: fact.subject.id,
    fact_seq: String(position.seq),
    next_attempt_at: fact.created_at,
    created_at: fact.created_at,
  };
}

/** Returns a function that says, for each row in order, whether a row of its receiver and subject comes before it. */
function lineOf(waiting: readonly Pick<NewRow, "target_id" | "subject_id">[]) {
  const keyOf = ({ target_id, subject_id }: Pick<NewRow, "target_id" | "subject_id">) => `${target_id} ${subject_id}`;
  const lines = new Set(waiting.map(keyOf));
  return (row: NewRow): boolean => {
    const key = keyOf(row);
    if (lines.has(key)) return true;
    lines.add(key);
    return false;
  };
}
