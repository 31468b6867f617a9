import Type from "typebox";
import { type FactRow, listFacts, toWire } from "../kernel/facts/list.ts";
import { countedFrom, countSince, RECENT_DAYS_MAX } from "../kernel/facts/recent.ts";
import { withPayloads } from "../kernel/facts/whole.ts";
import { type Operation, query } from "../kernel/operation.ts";
import { Fields, Id, isUuid, Literals, PageInput, Time } from "../kernel/schema.ts";
import { listTitles } from "../tasks/index.ts";
import { exportFacts } from "./operations/export-facts.ts";
import { getCheckpoint } from "./operations/get-checkpoint.ts";
import { getConsistency } from "./operations/get-consistency.ts";
import { getKey } from "./operations/get-key.ts";
import { getProof } from "./operations/get-proof.ts";
import { getWhy } from "./operations/get-why.ts";
import { FactCount, FactPage, GovernancePage } from "./schema.ts";

const GOVERNANCE = "governance.";

export const listAudit = query({
  name: "audit.list",
  summary: "List all facts of the workspace, newest first.",
  description:
    "`type` is the type of a fact (task.completed) or an area with its dot (task.). Data of more than 2 KiB has only its " +
    "short fields, the beginning of its long texts, payload_bytes and payload_sha256; include=data returns all of it.",
  route: "GET /audit",
  permission: "audit:read",
  input: Fields({
    type: Type.Optional(Type.String({ minLength: 1, maxLength: 100, pattern: "^[a-z_]+\\.[a-z_]*$" })),
    actor_id: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    subject_id: Type.Optional(Id),
    agent_id: Type.Optional(Id),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
    include: Type.Optional(
      Literals(["data", "titles"], {
        description:
          "data: returns all data, of at most 1 MiB in one page for the long ones. titles: returns the titles of the " +
          "tasks that the facts are about, by id.",
      }),
    ),
    ...PageInput,
  }),
  output: FactPage,
  problems: [],
  async run({ tx }, { limit, cursor, include, ...filters }) {
    const page = await listFacts(tx, filters, { limit, cursor });
    const { items, next_cursor, isCut } = include === "data" ? await withPayloads(tx, page) : { ...page, isCut: false };
    const titles = include === "titles" ? await listTitles(tx, tasksOf(items)) : undefined;
    return {
      items: items.map(toWire),
      next_cursor,
      ...(isCut && { truncated: true }),
      ...(titles && { task_titles: Object.fromEntries(titles) }),
    };
  },
});

/** Returns the tasks that are the subject of a fact, or of the message or try in it. */
function tasksOf(facts: readonly FactRow[]): string[] {
  const named = facts.flatMap(({ subject_kind: kind, subject_id: id, data: { task_id, retry_of } }) => [
    kind === "task" ? id : undefined,
    task_id,
    retry_of,
  ]);
  return [...new Set(named.flatMap((id) => (typeof id === "string" && isUuid(id) ? [id] : [])))];
}

export const countAudit = query({
  name: "audit.count",
  summary: "Count the facts of the workspace since a time exactly, by type.",
  description: `The time is at most ${RECENT_DAYS_MAX} days ago. The answer counts from the last full five minutes before it.`,
  route: "GET /audit/count",
  permission: "audit:read",
  input: Fields({ from: Time }),
  output: FactCount,
  problems: [],
  async run({ tx }, input) {
    const from = countedFrom(input.from);
    const counts = await countSince(tx, from);
    return {
      from: from.toISOString(),
      total: counts.reduce((sum, { facts }) => sum + facts, 0),
      by_type: Object.fromEntries(counts.map(({ type, facts }) => [type, facts])),
    };
  },
});

export const listGovernanceAudit = query({
  name: "governance.list_audit",
  summary: "List the governance events, newest first: blocked, reassigned and escalated tasks, requests and decisions.",
  route: "GET /governance/audit",
  permission: "audit:read",
  input: Fields({
    event_type: Type.Optional(Type.String({ minLength: 1, maxLength: 80, pattern: "^[a-z_]+$" })),
    agent_id: Type.Optional(Id),
    ...PageInput,
  }),
  output: GovernancePage,
  problems: [],
  async run({ tx }, { event_type = "", agent_id, limit, cursor }) {
    const filters = { type: `${GOVERNANCE}${event_type}`, agent_id };
    const { items, next_cursor } = await listFacts(tx, filters, { limit, cursor });
    return {
      items: items.map((row) => {
        const { id, type, actor, data: details, created_at } = toWire(row);
        return { id, event_type: type.slice(GOVERNANCE.length), agent_id: row.agent_id, actor, details, created_at };
      }),
      next_cursor,
    };
  },
});

export const AUDIT_OPERATIONS: readonly Operation[] = [
  listAudit,
  countAudit,
  listGovernanceAudit,
  exportFacts,
  getCheckpoint,
  getConsistency,
  getKey,
  getProof,
  getWhy,
];
