/** Withdrawn content is gone for every reader, and the log still says what was there, who withdrew it and why. */
import { createHash, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { aRunningTask } from "../../test/harness/builders.ts";
import { agentActor, aPerson, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aTalk, inboxOf, to } from "../../test/harness/talk.ts";
import { aTeam } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { getMessage } from "../messages/operations/get-message.ts";
import { listMessages } from "../messages/operations/list-messages.ts";
import { listThreads } from "../messages/operations/list-threads.ts";
import { sendMessage } from "../messages/operations/send-message.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { getTask } from "../tasks/operations/get-task.ts";
import { heartbeatTask } from "../tasks/operations/heartbeat-task.ts";
import { createRedaction } from "./operations/create-redaction.ts";
import { listRedactions } from "./operations/list-redactions.ts";

const app = useApp();
const SECRET = "sk-pasted-by-mistake";
const LARGE = `${SECRET} ${"x".repeat(9_000)}`;
const REASON = "A key was pasted";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

type Kind = "message" | "task" | "event";
const withdraw = (by: Actor, kind: Kind, id: string, fields?: ("input" | "output" | "progress")[]) =>
  app().call(createRedaction, by, { subject: { kind, id, ...(fields && { fields }) }, reason: REASON });

/** Returns every row of the workspace as text, as a backup has it. */
async function storedText(workspace: string): Promise<string> {
  const { rows } = await app().admin.query<{ row: string }>(
    `select string_agg(query_to_xml(format('select to_json(t)::text from %I t where workspace_id = %L', table_name, $1::text),
      false, true, '')::text, '') as row
     from information_schema.columns where column_name = 'workspace_id' and table_schema = 'public'`,
    [workspace],
  );
  return rows[0]?.row ?? "";
}

async function aPastedMessage() {
  const talk = await aTalk(app());
  const input = { content: `Use ${SECRET} please`, ...to(talk.bob) };
  const message = await app().call(sendMessage, talk.ada, input, { idempotencyKey: "once" });
  return { ...talk, input, message };
}

/** A completed task with the secret in its input, in a small and a large event, and in its output. */
async function aPastedTask() {
  const team = await aTeam(app());
  const { owner, worker } = team;
  const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: SECRET } });
  const event = (payload: object) =>
    app().call(
      addTaskEvent,
      worker,
      { id, fence, type: "progress", payload: { ...payload } },
      { idempotencyKey: randomUUID() },
    );
  const events = [await event({ note: SECRET }), await event({ note: LARGE })];
  await app().call(completeTask, worker, { id, fence, output: { found: SECRET } }, { idempotencyKey: "done" });
  return { ...team, id, fence, events };
}

describe("a redaction of a message", () => {
  it("is a tombstone for every reader, and no row has its content", async () => {
    const { workspace, owner, ada, bob, input, message } = await aPastedMessage();
    const redaction = await withdraw(owner, "message", message.id);
    expect(redaction).toMatchObject({
      subject: { kind: "message", id: message.id },
      withdrawn: [{ field: "content", bytes: input.content.length, sha256: sha256(input.content) }],
      reason: REASON,
      by_user_id: owner.id,
    });
    const { content } = await app().call(getMessage, bob, { id: message.id });
    expect(content).toMatch(/^\[Withdrawn by .+ at 20.+Z: A key was pasted\]$/);
    const read = [
      (await app().call(listMessages, owner, { thread_id: message.thread_id })).items,
      (await app().call(listThreads, owner, {})).items,
      (await inboxOf(app(), bob)).items,
    ];
    expect(JSON.stringify(read)).not.toContain(SECRET);
    expect((await app().call(listMessages, owner, { q: "pasted mistake" })).items).toEqual([]);
    expect(await app().call(sendMessage, ada, input, { idempotencyKey: "once" })).toMatchObject({
      id: message.id,
      content,
    });
    expect(await storedText(workspace.id)).not.toContain(SECRET);
    const facts = await factsOf(app(), workspace.id, message.id);
    expect(facts.map(({ type }) => type)).toEqual(["message.sent", "content.withdrawn"]);
    expect(facts[1]?.data).toMatchObject({ redaction_id: redaction.id, reason: REASON });
    expect((await app().call(listRedactions, owner, { subject_id: message.id })).items).toEqual([redaction]);
  });

  it("is withdrawn once by two callers at once, with one fact, and a repeat returns the first", async () => {
    const { workspace, owner, message } = await aPastedMessage();
    const [one, two] = await Promise.all([1, 2].map(() => withdraw(owner, "message", message.id)));
    expect(one).toEqual(two);
    expect(await withdraw(owner, "message", message.id)).toEqual(one);
    const facts = await factsOf(app(), workspace.id, message.id);
    expect(facts.filter(({ type }) => type === "content.withdrawn")).toHaveLength(1);
  });

  it("has the old content or the tombstone for a reader at the same time, never neither", async () => {
    const { owner, bob, message } = await aPastedMessage();
    const reads = () => app().call(getMessage, bob, { id: message.id });
    const [before, , ...during] = await Promise.all([
      reads(),
      withdraw(owner, "message", message.id),
      reads(),
      reads(),
    ]);
    for (const { content } of [before, ...during]) expect(content).toMatch(/^Use sk-|^\[Withdrawn/);
    expect((await reads()).content).toMatch(/^\[Withdrawn/);
  });
});

describe("a redaction of a task", () => {
  it("has tombstones in place of input, output and progress, and no row has the content", async () => {
    const { workspace, owner, worker, id, fence, events } = await aPastedTask();
    const redaction = await withdraw(owner, "task", id);
    expect(redaction.withdrawn.map(({ field }) => field)).toEqual(["input", "output", "progress"]);
    expect(redaction.withdrawn[0]).toMatchObject({ sha256: sha256(JSON.stringify({ key: SECRET })) });
    const task = await app().call(getTask, worker, { id });
    const tombstone = { redaction_id: redaction.id, by_user_id: owner.id, at: redaction.created_at, reason: REASON };
    expect(task).toMatchObject({
      status: "completed",
      input: { redacted: tombstone },
      output: { redacted: tombstone },
    });
    expect(task.events.filter(({ event_type }) => event_type === "progress")).toMatchObject(
      events.map((event) => ({ id: event.id, payload: { redacted: tombstone } })),
    );
    const completed = task.events.find(({ event_type }) => event_type === "completed");
    expect(completed?.payload).toMatchObject({ attempt: 1, redacted: tombstone });
    expect(completed?.payload).not.toHaveProperty("output_summary");
    const again = await app().call(
      completeTask,
      worker,
      { id, fence, output: { found: SECRET } },
      { idempotencyKey: "done" },
    );
    expect(again.input).toEqual(task.input);
    expect(await storedText(workspace.id)).not.toContain(SECRET);
  });

  it("keeps the parts that were not named, and returns the earlier redaction of a part", async () => {
    const { owner, id } = await aPastedTask();
    const first = await withdraw(owner, "task", id, ["output"]);
    expect(first.withdrawn.map(({ field }) => field)).toEqual(["output"]);
    expect(await app().call(getTask, owner, { id })).toMatchObject({ input: { key: SECRET } });
    expect(await withdraw(owner, "task", id, ["output"])).toEqual(first);
    const rest = await withdraw(owner, "task", id);
    expect(rest.withdrawn.map(({ field }) => field)).toEqual(["input", "progress"]);
  });

  it("without content conflicts, and stores nothing", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const { id } = await aRunningTask(app(), owner, worker);
    expect(await problemOf(withdraw(owner, "task", id, ["output", "progress"]))).toMatchObject({ code: "conflict" });
    expect((await app().call(listRedactions, owner, { subject_id: id })).items).toEqual([]);
    expect((await factsOf(app(), workspace.id, id)).map(({ type }) => type)).not.toContain("content.withdrawn");
  });

  it("that is completed meanwhile keeps its holder's result, or loses it to the redaction as a whole", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: SECRET } });
    const complete = app().call(completeTask, worker, { id, fence, output: { found: "hush" } });
    const [redaction] = await Promise.all([withdraw(owner, "task", id), complete]);
    const task = await app().call(getTask, owner, { id });
    expect(task).toMatchObject({ status: "completed", input: { redacted: { redaction_id: redaction.id } } });
    const isWithdrawn = redaction.withdrawn.some(({ field }) => field === "output");
    expect(JSON.stringify(task.output).includes("hush")).toBe(!isWithdrawn);
    expect((await storedText(workspace.id)).includes("hush")).toBe(!isWithdrawn);
  });

  it("that still runs can be withdrawn, and its holder goes on", async () => {
    const { owner, worker } = await aTeam(app());
    const { id, fence } = await aRunningTask(app(), owner, worker, { input: { key: SECRET } });
    await withdraw(owner, "task", id, ["input"]);
    await app().call(heartbeatTask, worker, { id, fence });
    expect(await app().call(completeTask, worker, { id, fence, output: "ok" })).toMatchObject({ status: "completed" });
  });
});

describe("a redaction of an event", () => {
  it("keeps size and hash of its data in the log, small or large, and nothing else of it", async () => {
    const { owner, id, events } = await aPastedTask();
    for (const event of events) {
      const { rows } = await app().admin.query(
        "select coalesce(p.payload::text, f.data::text) as text from facts f left join fact_payloads p on p.fact_id = f.id where f.id = $1",
        [event.id],
      );
      const was = String(rows[0].text);
      const redaction = await withdraw(owner, "event", event.id);
      const digest = { bytes: Buffer.byteLength(was), sha256: sha256(was) };
      expect(redaction).toMatchObject({ task_id: id, withdrawn: [{ field: "payload", ...digest }] });
      const shown = (await app().call(getTask, owner, { id })).events.find((one) => one.id === event.id);
      expect(shown?.payload).toEqual({
        redacted: {
          redaction_id: redaction.id,
          by_user_id: owner.id,
          at: redaction.created_at,
          reason: REASON,
          ...digest,
        },
      });
      expect(await withdraw(owner, "event", event.id)).toEqual(redaction);
    }
  });

  it("of a step has no content, and the database refuses every other change of a fact", async () => {
    const { owner, id, events } = await aPastedTask();
    const [created] = (await app().call(getTask, owner, { id })).events;
    expect(await problemOf(withdraw(owner, "event", created?.id ?? ""))).toMatchObject({ code: "conflict" });
    const [event] = events;
    const { id: redaction_id } = await withdraw(owner, "task", id, ["input"]);
    const forged = [
      "data = '{}'",
      `data = '{"redacted": {"redaction_id": "${redaction_id}", "bytes": 1, "sha256": "0"}}'`,
      "created_at = bailiwick_now()",
      "actor_id = 'another'",
    ];
    for (const change of forged) {
      const attempt = app().admin.query(`update facts set ${change} where id = $1`, [event?.id]);
      await expect(attempt).rejects.toThrow("append-only");
    }
    await expect(app().admin.query("delete from facts where id = $1", [event?.id])).rejects.toThrow("append-only");
  });
});

it("a redaction is for owner and admin; another workspace's content does not exist", async () => {
  const { workspace, owner, ada, message } = await aPastedMessage();
  for (const role of ["member", "viewer"] as const) {
    const person = await aPerson(app(), workspace.id, role);
    expect(await problemOf(withdraw(person, "message", message.id))).toMatchObject({ code: "forbidden" });
  }
  expect(await problemOf(withdraw(agentActor(workspace.id, ada.id), "message", message.id))).toMatchObject({
    code: "forbidden",
  });
  const { owner: stranger } = await aTalk(app());
  const { id, events } = await aPastedTask();
  for (const [kind, subject] of [
    ["message", message.id],
    ["task", id],
    ["event", events[0]?.id ?? ""],
  ] as const) {
    expect(await problemOf(withdraw(stranger, kind, subject))).toMatchObject({ code: "not_found" });
  }
  expect((await app().call(getMessage, owner, { id: message.id })).content).toContain(SECRET);
  const wrong = { subject: { kind: "message", id: message.id, fields: ["input"] }, reason: REASON } as const;
  expect(
    await problemOf(app().call(createRedaction, owner, { ...wrong, subject: { ...wrong.subject, fields: ["input"] } })),
  ).toMatchObject({
    code: "invalid_input",
    details: { errors: [{ path: "/subject/fields" }] },
  });
  const admin = await aPerson(app(), workspace.id, "admin");
  expect(await withdraw(admin, "message", message.id)).toMatchObject({ by_user_id: admin.id });
});
