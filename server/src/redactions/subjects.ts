/** Locks the subject of a redaction, and replaces its content. */
import { createHash } from "node:crypto";
import type { Tx } from "../kernel/db/tx.ts";
import { type Content, hasContent, withdrawFacts } from "../kernel/facts/withdraw.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { lockContent, saveContent } from "../messages/index.ts";
import { lockDocuments, lockEvent, OUTPUT_EVENTS, REPORTED_EVENTS, saveDocuments } from "../tasks/index.ts";
import { getMember } from "../workspaces/index.ts";
import { isTombstone, markOf, type Tombstone, tombstoneText } from "./rules.ts";
import { type RedactionRow, TASK_FIELDS, type TaskField, type Withdrawn } from "./schema.ts";
import { findRedactions } from "./store.ts";

/** The new values of an object that kept answers may contain, by the id of the object. */
type Replacements = Map<string, Record<string, unknown>>;

interface Done {
  withdrawn: Withdrawn[];
  replacements: Replacements;
}

export interface Subject {
  /** The message or the task that the content belongs to. */
  about: { kind: "message" | "task"; id: string };
  task_id: string | null;
  /** The redaction that withdrew the same content before. */
  earlier: RedactionRow | undefined;
  withdraw(context: CommandContext, row: RedactionRow): Promise<Done>;
}

/** Locks the subject, so that of two redactions at once the second finds the first. */
export async function lockSubject(
  tx: Tx,
  kind: RedactionRow["subject_kind"],
  id: string,
  { fields = TASK_FIELDS, task_id }: { fields?: readonly TaskField[] | undefined; task_id?: string | undefined },
): Promise<Subject> {
  switch (kind) {
    case "message":
      return aMessage(tx, id);
    case "task":
      return aTask(tx, id, fields);
    case "event":
      return anEvent(tx, id, task_id);
    default:
      return kind satisfies never;
  }
}

async function aMessage(tx: Tx, id: string): Promise<Subject> {
  const { content, task_id } = await lockContent(tx, id);
  const [earlier] = await findRedactions(tx, { subject_id: id });
  return {
    about: { kind: "message", id },
    task_id,
    earlier,
    async withdraw({ actor }, row) {
      const { name, email } = await getMember(tx, actor.id, actor.id);
      const text = tombstoneText(name || email, markOf(row));
      await saveContent(tx, id, text);
      const withdrawn: Withdrawn[] = [{ field: "content", ...digestOf(content) }];
      return { withdrawn, replacements: new Map([[id, { content: text }]]) };
    },
  };
}

async function anEvent(tx: Tx, id: string, taskId: string | undefined): Promise<Subject> {
  const { task_id, redaction_id, content } = await lockEvent(tx, id, taskId);
  const [earlier] = redaction_id === null ? [] : await findRedactions(tx, { id: redaction_id });
  return {
    about: { kind: "task", id: task_id },
    task_id,
    earlier,
    async withdraw(_context, row) {
      const [done] = await withdrawFacts(tx, { mark: markOf(row), subject_id: task_id, fact_id: id, ...content });
      if (!done) throw nothingIn(`Event ${id}`);
      const { fact_id, ...digest } = done;
      return { withdrawn: [{ field: "payload", ...digest }], replacements: replacementsOf(row, [done]) };
    },
  };
}

async function aTask(tx: Tx, id: string, fields: readonly TaskField[]): Promise<Subject> {
  const task = await lockDocuments(tx, id);
  const redactions = await findRedactions(tx, { task_id: id });
  const open = (["input", "output"] as const).filter(
    (field) => fields.includes(field) && task[field] !== null && !isTombstone(task[field], redactions),
  );
  const inEvents: { field: TaskField; content: Content }[] = [];
  for (const [field, content] of EVENTS) {
    if (fields.includes(field) && (await hasContent(tx, id, content))) inEvents.push({ field, content });
  }
  const isDone = open.length === 0 && inEvents.length === 0;
  const earlier = redactions.find(({ withdrawn }) =>
    withdrawn.some(({ field }) => fields.some((one) => one === field)),
  );
  if (isDone && !earlier) throw nothingIn(`Task ${id}`);
  return {
    about: { kind: "task", id },
    task_id: id,
    earlier: isDone ? earlier : undefined,
    async withdraw({ now }, row) {
      const documents = open.map((field) => ({ field, ...digestOf(JSON.stringify(task[field])) }));
      const values = Object.fromEntries(documents.map(({ field, ...digest }) => [field, tombstoneOf(row, digest)]));
      await saveDocuments(tx, task, values, now);
      const withdrawn: Withdrawn[] = [...documents];
      const replacements: Replacements = new Map([[id, values]]);
      for (const { field, content } of inEvents) {
        const events = await withdrawFacts(tx, { mark: markOf(row), subject_id: id, ...content });
        for (const [fact, fresh] of replacementsOf(row, events)) replacements.set(fact, fresh);
        const bytes = events.reduce((sum, event) => sum + event.bytes, 0);
        const isNamed = open.some((one) => one === field);
        if (!isNamed && events.length > 0) withdrawn.push({ field, bytes, sha256: null });
      }
      if (withdrawn.length === 0) throw nothingIn(`Task ${id}`);
      return { withdrawn, replacements };
    },
  };
}

/** The parts of a task that its events hold. */
const EVENTS: readonly [TaskField, Content][] = [
  ["output", OUTPUT_EVENTS],
  ["progress", REPORTED_EVENTS],
];

/** An answer has the data of an event as its payload, or the output of a late result. */
function replacementsOf(row: RedactionRow, events: readonly ({ fact_id: string } & Digest)[]): Replacements {
  return new Map(
    events.map(({ fact_id, ...digest }) => {
      const tombstone = tombstoneOf(row, digest);
      return [fact_id, { payload: tombstone, output: tombstone }];
    }),
  );
}

interface Digest {
  bytes: number;
  sha256: string;
}

function digestOf(text: string): Digest {
  return { bytes: Buffer.byteLength(text), sha256: createHash("sha256").update(text).digest("hex") };
}

function tombstoneOf(row: RedactionRow, { bytes, sha256 }: Digest): Tombstone {
  return { redacted: { ...markOf(row), bytes, sha256 } };
}

function nothingIn(subject: string): Problem {
  return new Problem("conflict", `${subject} has no content that can be withdrawn.`);
}
