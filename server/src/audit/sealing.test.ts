import { expect, test } from "vitest";
import { seal } from "../../test/harness/audit-samples.ts";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { jobContext } from "../../test/harness/team.ts";
import { type Actor, systemActor } from "../kernel/actor.ts";
import { createRedaction } from "../redactions/operations/create-redaction.ts";
import { startJobs } from "../start/jobs.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { auditJobs } from "./jobs.ts";
import { exportFacts } from "./operations/export-facts.ts";
import { getCheckpoint } from "./operations/get-checkpoint.ts";
import { getConsistency } from "./operations/get-consistency.ts";
import { getKey } from "./operations/get-key.ts";
import { getProof } from "./operations/get-proof.ts";
import { sealFacts } from "./operations/seal-facts.ts";
import { dataHash } from "./sealing/entry.ts";
import { isSignedBy, newSigningKey, readCheckpoint, readProof, readVerifier, signCheckpoint } from "./sealing/note.ts";
import { leafHash, rootFromProof } from "./sealing/tree.ts";
import type { Verdict } from "./sealing/verdict.ts";
import { verifyExport } from "./sealing/verify.ts";
import { verifyConsistency, verifyProof } from "./sealing/verify-proof.ts";

const app = useApp();

async function factsIn(workspace: string): Promise<{ id: string }[]> {
  const { rows } = await app().admin.query("select id from facts where workspace_id = $1 order by seq", [workspace]);
  return rows;
}

async function exported(owner: Actor) {
  const lines: string[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const part: { lines: string; next_leaf: number | null } = await app().call(exportFacts, owner, { from_leaf: from });
    lines.push(...part.lines.split("\n").slice(0, -1));
    from = part.next_leaf;
  }
  return lines;
}

async function verdictOf(lines: readonly string[], checkpoint?: string, key?: string): Promise<Verdict> {
  async function* each() {
    yield* lines;
  }
  return verifyExport(each(), { checkpoint, key });
}

test("every fact is a leaf once, and the export is complete with its checkpoint and key", async () => {
  const { owner, workspace, agent } = await aScene(app());
  for (let n = 0; n < 30; n++)
    await aTask(app(), owner, agent, {
      title: `Task ${n} \u2028 ${"é".repeat(n)}`,
      input: { text: "x".repeat(n * 200) },
    });
  const facts = await factsIn(workspace.id);
  await seal(app(), workspace.id, facts.length);
  const { checkpoint, size } = await app().call(getCheckpoint, owner, {});
  const { key } = await app().call(getKey, owner, {});
  expect(size).toBe(facts.length);
  const lines = await exported(owner);
  expect(lines.map((line) => JSON.parse(line).id).sort()).toEqual(facts.map(({ id }) => id).sort());
  expect(await verdictOf(lines, checkpoint, key)).toEqual({ lines: ["complete"], exitCode: 0 });
});

test("the export for spreadsheets has one row for each fact, and no cell is a formula", async () => {
  const { owner, workspace, agent } = await aScene(app());
  await aTask(app(), owner, agent, { title: '=cmd|"/c calc"' });
  const facts = await factsIn(workspace.id);
  await seal(app(), workspace.id, facts.length);
  const { lines } = await app().call(exportFacts, owner, { format: "csv" });
  const rows = lines.split("\n").slice(0, -1);
  expect(rows[0]).toBe("leaf,fact_id,time,type,actor,subject,agent,request,data");
  expect(rows).toHaveLength(facts.length + 1);
  expect(rows.some((row) => /(?:^|,)"?[=+@-]/.test(row))).toBe(false);
});

test("facts that are not sealed yet come last and are named", async () => {
  const { owner, workspace, agent } = await aScene(app());
  await seal(app(), workspace.id);
  const { checkpoint, size } = await app().call(getCheckpoint, owner, {});
  await aTask(app(), owner, agent);
  await expect
    .poll(async () => (await exported(owner)).map((line) => JSON.parse(line).leaf))
    .toEqual([...Array.from({ length: size }, (_, leaf) => leaf), null]);
  expect((await verdictOf(await exported(owner), checkpoint)).lines).toContain(
    "1 facts at the end are not sealed yet and were not checked",
  );
});

test("the proof of a fact leads to the signed root, and its entry names the fact and its data", async () => {
  const { owner, workspace, agent } = await aScene(app());
  const task = await aTask(app(), owner, agent);
  const facts = await factsIn(workspace.id);
  await seal(app(), workspace.id, facts.length);
  const { key } = await app().call(getKey, owner, {});
  for (const { id } of facts) {
    const { proof: text } = await app().call(getProof, owner, { id });
    const proof = readProof(text);
    const checkpoint = readCheckpoint(proof?.checkpoint ?? "");
    const verifier = readVerifier(key);
    if (!proof || !checkpoint || !verifier) throw new Error("The proof is readable.");
    expect(isSignedBy(proof.checkpoint, verifier)).toBe(true);
    const leaf = { index: proof.index, hash: leafHash(proof.entry) };
    expect(rootFromProof(leaf, checkpoint.size, proof.hashes)).toEqual(checkpoint.root);
    expect(JSON.parse(proof.entry)).toMatchObject({ id, workspace_id: workspace.id });
  }
  const made = (await exported(owner)).map((line) => JSON.parse(line)).find(({ subject }) => subject.id === task.id);
  expect(made.data_sha256).toBe(dataHash(made.data));
});

test("the proof of a fact, and of consistency with an earlier checkpoint, verify as files, and changed ones do not", async () => {
  const { owner, workspace, agent } = await aScene(app());
  await seal(app(), workspace.id, (await factsIn(workspace.id)).length);
  const { checkpoint: earlier, size } = await app().call(getCheckpoint, owner, {});
  await aTask(app(), owner, agent);
  const facts = await factsIn(workspace.id);
  await seal(app(), workspace.id, facts.length);
  const { key } = await app().call(getKey, owner, {});
  const { checkpoint } = await app().call(getCheckpoint, owner, {});
  const [first = { id: "" }] = facts;
  const { proof } = await app().call(getProof, owner, { id: first.id });
  expect(await verifyProof(proof, { checkpoint, key })).toEqual({
    lines: [`proven: fact ${first.id} is fact 1 of ${facts.length}`],
    exitCode: 0,
  });
  expect((await verifyProof(proof, { checkpoint: earlier })).lines).toHaveLength(3);
  const text = (await app().call(getConsistency, owner, { from: size })).proof;
  expect(await verifyConsistency(text, { checkpoint: earlier, key })).toEqual({
    lines: [`consistent: the first ${size} of ${facts.length} facts are unaltered`],
    exitCode: 0,
  });
  expect((await verifyConsistency(text, { key })).exitCode).toBe(2);
  const stranger = newSigningKey(`bailiwick/${workspace.id}`);
  const fork = signCheckpoint(stranger, { size, root: Buffer.alloc(32) });
  for (const changed of [
    text.replace(`old ${size}`, `old ${size - 1}`),
    text.replace(/\n[A-Za-z0-9+/]{43}=\n/, "\n"),
    "old 1",
  ])
    expect((await verifyConsistency(changed, { checkpoint: earlier, key })).exitCode, changed).toBe(1);
  expect((await verifyConsistency(text, { checkpoint: fork })).lines[0]).toMatch(/^altered: the later record does not/);
  expect((await verifyConsistency(text, { checkpoint: fork, key })).lines[0]).toMatch(/is not signed by the key$/);
  for (let place = 0; place < proof.length; place++) {
    const changed = `${proof.slice(0, place)}${proof[place] === "A" ? "B" : "A"}${proof.slice(place + 1)}`;
    expect((await verifyProof(changed, { checkpoint, key })).exitCode, `character ${place}`).toBe(1);
  }
  const problem = await problemOf(app().call(getConsistency, owner, { from: facts.length + 1 }));
  expect(problem).toMatchObject({ code: "invalid_input" });
});

test("a workspace whose sealing fails waits alone: the others are sealed to their end in one round", async () => {
  const [broken, sound] = [await aScene(app()), await aScene(app())];
  await Promise.all([seal(app(), broken.workspace.id), seal(app(), sound.workspace.id)]);
  const { agent, workspace } = sound;
  // More facts than one page has.
  await app().admin.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, request_id)
     select w, gen_random_uuid(), 'task.progress', 'system', 'test', 'task', $2, 'test'
     from unnest($1::uuid[]) w, generate_series(1, 1200)`,
    [[workspace.id, broken.workspace.id], agent.id],
  );
  await app().admin.query("update audit_trees set peaks = '' where workspace_id = $1", [broken.workspace.id]);
  const context = jobContext(app());
  const stuck: string[] = [];
  const [job] = auditJobs();
  const facts = (await factsIn(workspace.id)).length;
  const leaves = async () =>
    (await app().admin.query("select size::int from audit_trees where workspace_id = $1", [workspace.id])).rows[0]
      ?.size;
  await job?.run({ ...context, onStuck: (id) => void stuck.push(id) });
  await expect
    .poll(async () => {
      await job?.run({ ...context, onStuck: (id) => void stuck.push(id) });
      return leaves();
    })
    .toBe(facts);
});

test("when a server stops, it seals the facts of its last requests", async () => {
  const { owner, agent, workspace } = await aScene(app());
  const watch = { mayRun: () => true, onError: () => undefined, onStuck: () => undefined };
  const jobs = startJobs(app(), watch);
  await jobs.stop();
  await aTask(app(), owner, agent);
  const facts = (await factsIn(workspace.id)).length;
  const sealed = async () => {
    await jobs.end();
    const text = "select size::int from audit_trees where workspace_id = $1";
    return (await app().admin.query(text, [workspace.id])).rows[0]?.size;
  };
  await expect.poll(sealed).toBe(facts);
});

test("processes that seal at once, while others write, make one tree", async () => {
  const { owner, workspace, agent } = await aScene(app());
  const second = createSecondApp(app(), {});
  const actor = systemActor("test", workspace.id);
  let isWriting = true;
  const sealing = [app(), second].map(async (one) => {
    while (isWriting) await one.call(sealFacts, actor, {});
  });
  await Promise.all(Array.from({ length: 40 }, () => aTask(app(), owner, agent)));
  isWriting = false;
  await Promise.all(sealing);
  await second.close();
  const facts = await factsIn(workspace.id);
  await seal(app(), workspace.id, facts.length);
  const { checkpoint } = await app().call(getCheckpoint, owner, {});
  expect(await verdictOf(await exported(owner), checkpoint)).toMatchObject({ exitCode: 0 });
  expect(readCheckpoint(checkpoint)?.size).toBe(facts.length);
});

test("after a restore, which loses the order of transactions, no fact is a leaf twice", async () => {
  const { owner, workspace, agent } = await aScene(app());
  await aTask(app(), owner, agent);
  const before = (await factsIn(workspace.id)).length;
  await seal(app(), workspace.id, before);
  await app().admin.query(
    "update audit_trees set epoch = gen_random_uuid(), xid = '0', seq = 0 where workspace_id = $1",
    [workspace.id],
  );
  await aTask(app(), owner, agent);
  const after = (await factsIn(workspace.id)).length;
  await seal(app(), workspace.id, after);
  const { checkpoint, size } = await app().call(getCheckpoint, owner, {});
  expect(size).toBe(after);
  expect((await verdictOf(await exported(owner), checkpoint)).lines[0]).toBe("complete");
});

test("content that is withdrawn later leaves the record complete; a changed row of the table is named", async () => {
  const { owner, workspace, agent } = await aScene(app());
  const task = await aRunningTask(app(), agent, agent);
  await app().call(addTaskEvent, agent, {
    id: task.id,
    fence: task.fence,
    type: "progress",
    payload: { text: "secret" },
  });
  await seal(app(), workspace.id, (await factsIn(workspace.id)).length);
  const { checkpoint } = await app().call(getCheckpoint, owner, {});
  const { rows } = await app().admin.query("select id from facts where workspace_id = $1 and type = 'task.progress'", [
    workspace.id,
  ]);
  const event = rows[0].id as string;
  await app().call(createRedaction, owner, {
    subject: { kind: "event", id: event },
    reason: "It named a secret.",
  });
  const withdrawn = await verdictOf(await exported(owner), checkpoint);
  expect(withdrawn.exitCode).toBe(0);
  expect(withdrawn.lines.filter((line) => /^the content at line \d+, fact .*, was withdrawn/.test(line))).toHaveLength(
    1,
  );
  await app().admin.query("alter table facts disable trigger user");
  await app().admin.query(
    "update facts set type = 'task.completed' where workspace_id = $1 and type = 'task.created'",
    [workspace.id],
  );
  await app().admin.query("alter table facts enable trigger user");
  expect((await verdictOf(await exported(owner), checkpoint)).lines[0]).toMatch(/^altered at line \d+, fact /);
});

test("the database refuses to change or delete leaves and stored roots", async () => {
  const { workspace } = await aScene(app());
  await seal(app(), workspace.id);
  const changes = ["update audit_leaves set hash = data_sha256", "delete from audit_leaves"];
  for (const text of [...changes, "truncate audit_leaves", "truncate audit_nodes"]) {
    await expect(app().admin.query(text), text).rejects.toThrow("append-only");
  }
});

test("an agent of another workspace finds no fact, and an unsealed fact looks the same", async () => {
  const [mine, theirs] = [await aScene(app()), await aScene(app())];
  await seal(app(), theirs.workspace.id);
  const [fact] = await factsIn(theirs.workspace.id);
  const id = fact?.id ?? "";
  const problem = await problemOf(app().call(getProof, mine.owner, { id }));
  expect(problem).toMatchObject({ status: 404, message: `There is no sealed fact ${id}.` });
});

test("a workspace that has just begun says when to ask again", async () => {
  const { owner } = await aWorkspace(app());
  const problem = await problemOf(app().call(getCheckpoint, owner, {}));
  expect(problem).toMatchObject({ status: 409, details: { retry_after_seconds: 2 } });
});
