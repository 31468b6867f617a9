/** Content that a redaction could miss: late results, kept answers, documents that look like a tombstone, backups. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import pg from "pg";
import { expect, inject, it } from "vitest";
import { aClaim, aRunningTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTalk, to } from "../../test/harness/talk.ts";
import { aTeam, later, sweep } from "../../test/harness/team.ts";
import { listAudit } from "../audit/operations.ts";
import { backup } from "../db/backup.ts";
import { connectionConfig } from "../db/connect.ts";
import { getMessage } from "../messages/operations/get-message.ts";
import { listMessages } from "../messages/operations/list-messages.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { acceptLate } from "../tasks/operations/accept-late.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { retryTask } from "../tasks/operations/retry-task.ts";
import { createRedaction } from "./operations/create-redaction.ts";
import { listRedactions } from "./operations/list-redactions.ts";
import type { RedactionInput } from "./schema.ts";

const app = useApp();
const SECRET = "sk-pasted-by-mistake";
const reason = "A key was pasted";

type Subject = RedactionInput["subject"];
const withdraw = (by: Parameters<ReturnType<typeof app>["call"]>[1], subject: Subject) =>
  app().call(createRedaction, by, { subject, reason });

/** A task that is queued again, with a late result of its last holder that was not applied, and the answer of a claim. */
async function aLateResult(size = 0) {
  const team = await aTeam(app());
  const { owner, worker, workspace } = team;
  const { id, fence } = await aRunningTask(app(), owner, worker, { max_attempts: 9 });
  await later(app(), 61, () => sweep(app(), workspace.id));
  const second = await later(app(), 70, () => aClaim(app(), worker));
  const output = { found: SECRET, more: "x".repeat(size) };
  await later(app(), 71, async () => {
    await expect(app().call(completeTask, worker, { id, fence, output })).rejects.toThrow();
    await app().call(failTask, worker, { id, fence: second.fence, reason: "Busy.", retryable: true });
  });
  const { events } = await app().call(getTask, owner, { id });
  const late = events.find(({ event_type }) => event_type === "late_result");
  const claim = () => later(app(), 3_600, () => app().call(claimTasks, worker, {}, { idempotencyKey: "claim" }));
  return { ...team, id, event: late?.id ?? "", claim };
}

const KINDS = {
  "the output of the task": ({ id }) => ({ kind: "task", id, fields: ["output"] }),
  "the event": ({ event }) => ({ kind: "event", id: event }),
} satisfies Record<string, (late: Awaited<ReturnType<typeof aLateResult>>) => Subject>;
// The keys of KINDS.
const kinds = Object.keys(KINDS) as (keyof typeof KINDS)[];

it.each(kinds)(
  "a late result is withdrawn with %s, small or large, and an accepted one has the tombstone",
  async (kind) => {
    for (const size of [0, 9_000]) {
      const late = await aLateResult(size);
      const { owner, worker, id, claim } = late;
      expect(JSON.stringify(await claim())).toContain(SECRET);
      const redaction = await withdraw(owner, KINDS[kind](late));
      const redacted = { redaction_id: redaction.id, by_user_id: owner.id, reason };
      expect((await claim()).items).toMatchObject([{ late_result: { step: "complete", output: { redacted } } }]);
      expect(JSON.stringify(await app().call(getTask, worker, { id }))).not.toContain(SECRET);
      expect(JSON.stringify(await app().call(listAudit, owner, { subject_id: id }))).not.toContain(SECRET);
      expect(await withdraw(owner, KINDS[kind](late))).toEqual(redaction);
    }
  },
);

it("an accepted late result that was withdrawn is the tombstone, which is no content", async () => {
  const { owner, id, event } = await aLateResult();
  const redaction = await withdraw(owner, { kind: "event", id: event, task_id: id });
  const done = await app().call(acceptLate, owner, { id, event_id: event });
  expect(done).toMatchObject({ status: "completed", output: { redacted: { redaction_id: redaction.id } } });
  // The event of the step has the beginning of the tombstone.
  const { withdrawn } = await withdraw(owner, { kind: "task", id, fields: ["output"] });
  expect(withdrawn).toMatchObject([{ field: "output", sha256: null }]);
  expect((await app().call(getTask, owner, { id })).output).toEqual(done.output);
});

it("a late result after a redaction is new content, and can be withdrawn too", async () => {
  const { owner, worker } = await aTeam(app());
  const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: SECRET } });
  const first = await withdraw(owner, { kind: "task", id });
  await app().call(completeTask, worker, { id, fence, output: { found: SECRET } });
  const second = await withdraw(owner, { kind: "task", id });
  expect(second.id).not.toBe(first.id);
  expect(second.withdrawn.map(({ field }) => field)).toEqual(["output"]);
  expect(JSON.stringify(await app().call(getTask, owner, { id }))).not.toContain(SECRET);
  expect((await app().call(listRedactions, owner, { task_id: id })).items).toEqual([second, first]);
});

it("documents, events and messages that look like a tombstone are withdrawn as well", async () => {
  const { owner, worker } = await aTeam(app());
  const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: "another" } });
  const { id: redaction_id, by_user_id, created_at: at } = await withdraw(owner, { kind: "task", id });
  const redacted = { redaction_id, by_user_id, at, reason, bytes: 1, sha256: "0".repeat(64) };
  const event = { id, fence, type: "progress", payload: { redacted, note: SECRET } } as const;
  const { id: reported } = await app().call(addTaskEvent, worker, event);
  await app().call(completeTask, worker, { id, fence, output: { redacted, note: SECRET } });
  await withdraw(owner, { kind: "event", id: reported });
  expect((await withdraw(owner, { kind: "task", id })).withdrawn.map(({ field }) => field)).toEqual(["output"]);
  expect(JSON.stringify(await app().call(getTask, owner, { id }))).not.toContain(SECRET);

  const talk = await aTalk(app());
  const content = `[Withdrawn by Ada at ${at}: ${SECRET}]`;
  const message = await app().call(sendMessage, talk.ada, { content, ...to(talk.bob) });
  await withdraw(talk.owner, { kind: "message", id: message.id });
  expect((await app().call(getMessage, talk.bob, { id: message.id })).content).not.toContain(SECRET);
  expect((await app().call(listMessages, talk.owner, { thread_id: message.thread_id })).items).toHaveLength(1);
});

it("a task that is retried after the redaction has the tombstone as its input", async () => {
  const { owner, worker } = await aTeam(app());
  const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: SECRET } });
  await app().call(failTask, worker, { id, fence, reason: "Busy." });
  const redaction = await withdraw(owner, { kind: "task", id, fields: ["input"] });
  const again = await app().call(retryTask, owner, { id });
  expect(again.input).toMatchObject({ redacted: { redaction_id: redaction.id } });
});

it("a backup has no withdrawn content", async () => {
  const { owner, worker } = await aTeam(app());
  const secret = "sk-only-before-the-redaction";
  const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: secret } });
  const payload = { note: secret, more: "x".repeat(9_000) };
  await app().call(addTaskEvent, worker, { id, fence, type: "progress", payload }, { idempotencyKey: "event" });
  const message = await app().call(sendMessage, worker, { content: secret, task_id: id }, { idempotencyKey: "send" });
  await app().call(completeTask, worker, { id, fence, output: { found: secret } }, { idempotencyKey: "done" });
  const folder = await mkdtemp(join(tmpdir(), "bailiwick-withdrawn-"));
  const { rows } = await app().admin.query<{ name: string }>("select current_database() as name");
  const socket = { ...inject("server"), database: rows[0]?.name ?? "" };
  const client = new pg.Client(connectionConfig({ socket, size: 1 }));
  await client.connect();
  const saved = async (name: string) => {
    await backup({ client, file: join(folder, name) });
    return gunzipSync(await readFile(join(folder, name))).toString();
  };
  try {
    expect(await saved("before.gz")).toContain(secret);
    await withdraw(owner, { kind: "task", id });
    await withdraw(owner, { kind: "message", id: message.id });
    const after = await saved("after.gz");
    expect(after).not.toContain(secret);
    expect(after).toContain(reason);
  } finally {
    await client.end();
    await rm(folder, { recursive: true });
  }
});
