/** A witness cosigns the logs of other servers, and refuses a log that was forked or cut. One server witnesses another. */
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seal } from "../../test/harness/audit-samples.ts";
import { aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { later, runJobs } from "../../test/harness/team.ts";
import { createWeb } from "../../test/harness/web.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { WITNESS_PATH, witness } from "../surfaces/witness/witness.ts";
import { cosignLog } from "./cosign-log.ts";
import { auditJobs } from "./jobs.ts";
import { getCheckpoint } from "./operations/get-checkpoint.ts";
import { getKey } from "./operations/get-key.ts";
import { listAudit } from "./operations.ts";
import { consistencyText, planConsistency } from "./sealing/consistency.ts";
import { cosignatureOf, witnessKey, witnessVerifier } from "./sealing/cosignature.ts";
import { newSigningKey, readVerifier, signCheckpoint, verifierText, WITNESS } from "./sealing/note.ts";
import { EMPTY_TREE, grow, leafHash, rootOf } from "./sealing/tree.ts";

const app = useApp();
const other = useApp();
let web: HttpServer;
let url = "";
const key = () => witnessVerifier(witnessKey(other().env.secrets));

beforeAll(async () => {
  web = createWeb(other(), { extensions: [witness({ cosign: (text) => cosignLog(other(), text), key })] });
  await web.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has an address of this form.
  url = `http://127.0.0.1:${(web.app.server.address() as AddressInfo).port}${WITNESS_PATH}`;
});
afterAll(() => web.close());

let logs = 0;
/** A log that the other server witnesses. `fork`: the first leaf from which another log with the same key differs. */
function aLog() {
  const signer = newSigningKey(`log.example/${logs++}`);
  const { settings } = other().env;
  other().env.settings = { ...settings, witnessedLogs: [...settings.witnessedLogs, verifierText(signer)] };
  return { signer, request: (old: number, size: number, fork = size) => requestOf(signer, { old, size, fork }) };
}

function requestOf(
  signer: ReturnType<typeof newSigningKey>,
  { old, size, fork }: Record<"old" | "size" | "fork", number>,
) {
  const leaves = Array.from({ length: size }, (_, leaf) => leafHash(leaf < fork ? `leaf ${leaf}` : `other ${leaf}`));
  const checkpoint = signCheckpoint(signer, { size, root: rootOf(grow(EMPTY_TREE, leaves).tree) });
  const hashes = planConsistency(old, size).of((_, place) => leaves[place] ?? Buffer.alloc(32));
  return { checkpoint, text: consistencyText({ old, hashes, checkpoint }) };
}

async function add(text: string) {
  const answer = await web.app.inject({ method: "POST", url: `${WITNESS_PATH}/add-checkpoint`, payload: text });
  return { status: answer.statusCode, type: answer.headers["content-type"], text: answer.body };
}

test("a checkpoint that continues the known one gets a cosignature, and a repeat of an older one its size", async () => {
  const { request } = aLog();
  const verifier = readVerifier(key(), WITNESS);
  for (const [old, size] of [
    [0, 3],
    [3, 5],
    [5, 5],
  ] as const) {
    const { text, checkpoint } = request(old, size);
    const answer = await add(text);
    expect(answer).toMatchObject({ status: 200, type: "text/plain; charset=utf-8" });
    expect(verifier && cosignatureOf(answer.text, checkpoint, verifier)).toBe(answer.text.trimEnd());
    expect(
      verifier && cosignatureOf(answer.text, checkpoint.replace(`\n${size}\n`, "\n9\n"), verifier),
    ).toBeUndefined();
  }
  const known = { status: 409, type: "text/x.tlog.size", text: "5\n" };
  expect([await add(request(0, 3).text), await add(request(3, 9).text)]).toEqual([known, known]);
  expect((await web.app.inject(`${WITNESS_PATH}/key`)).body).toBe(`${key()}\n`);
});

test("a fork is refused at the same size and after it, and the known checkpoint stays", async () => {
  const { request } = aLog();
  expect(await add(request(0, 5).text)).toMatchObject({ status: 200 });
  expect(await add(request(5, 5, 2).text)).toMatchObject({ status: 409, text: "5\n" });
  expect(await add(request(5, 8, 2).text)).toMatchObject({ status: 422 });
  const withoutProof = request(5, 8);
  expect(await add(`old 5\n\n${withoutProof.checkpoint}`)).toMatchObject({ status: 422 });
  expect(await add(withoutProof.text)).toMatchObject({ status: 200 });
});

test("of two forks that arrive at once, one is cosigned and the other never", async () => {
  const { request } = aLog();
  const texts = [0, 1, 2, 3, 4, 5].map((fork) => request(0, 5, fork).text);
  const answers = await Promise.all(texts.map(add));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
  const won = answers.findIndex(({ status }) => status === 200);
  const repeated = await Promise.all([0, 1, 2, 3, 4, 5].map((fork) => add(request(5, 5, fork).text)));
  expect(repeated.map(({ status }) => status === 200)).toEqual(answers.map((_, place) => place === won));
});

test("an unknown log, another key, a cut request and a large one are refused", async () => {
  const { signer, request } = aLog();
  const { text } = request(0, 3);
  const stranger = requestOf(newSigningKey("log.example/unknown"), { old: 0, size: 3, fork: 3 });
  const thief = requestOf(newSigningKey(signer.name), { old: 0, size: 3, fork: 3 });
  const refused = ["", "old 0", text.slice(0, 40), text.replace("old 0", "old -1"), text.replace("old 0", "old 4")];
  const all = [stranger.text, thief.text, ...refused, `${text}${"x".repeat(20_000)}`];
  const statuses = await Promise.all(all.map(async (one) => (await add(one)).status));
  expect(statuses).toEqual([404, 403, 400, 400, 400, 400, 400, 413]);
  expect(await add(text)).toMatchObject({ status: 200 });
});

const witnessing = () => auditJobs().filter(({ name }) => name === "audit-witnessing");
let minutes = 0;
/** Two processes send at once. Each round comes two hours after the last, when every wait has ended. */
async function sendAll(): Promise<void> {
  minutes += 120;
  await later(app(), minutes * 60, async () => {
    await Promise.all([witnessing(), witnessing()].map((jobs) => runJobs(app(), jobs)));
  });
}

async function aWitnessedScene(): Promise<Scene> {
  const scene = await aScene(app());
  for (let tasks = 0; tasks < 5; tasks++) await aTask(app(), scene.owner, scene.agent);
  await sealAll(scene);
  const log = (await app().call(getKey, scene.owner, {})).key;
  other().env.settings = { ...other().env.settings, witnessedLogs: [log] };
  app().env.settings = { ...app().env.settings, witnesses: [`${url} ${key()}`], privateHosts: ["127.0.0.1"] };
  await sendAll();
  return scene;
}

async function sealAll({ workspace }: Scene): Promise<void> {
  const { rows } = await app().admin.query<{ facts: number }>(
    "select count(*)::int as facts from facts where workspace_id = $1",
    [workspace.id],
  );
  await seal(app(), workspace.id, rows[0]?.facts);
}

const stateOf = async ({ owner }: Scene) => {
  const { checkpoint, size, witnesses } = await app().call(getCheckpoint, owner, {});
  return { checkpoint, size, witness: witnesses[0] };
};

/** The operator of the server makes another record of it: facts are changed, and all of them are sealed again. */
async function forge({ workspace }: Scene, change: string): Promise<void> {
  const { admin } = app();
  const KEPT = ["facts", "audit_leaves", "audit_nodes"];
  for (const table of KEPT) await admin.query(`alter table ${table} disable trigger user`);
  await admin.query(change, [workspace.id]);
  for (const table of KEPT.slice(1)) await admin.query(`delete from ${table} where workspace_id = $1`, [workspace.id]);
  await admin.query("update audit_trees set size = 0, peaks = '', xid = '0', seq = 0 where workspace_id = $1", [
    workspace.id,
  ]);
  for (const table of KEPT) await admin.query(`alter table ${table} enable trigger user`);
}

test("each new checkpoint is cosigned by the other server, and the cosignature stands below it", async () => {
  const scene = await aWitnessedScene();
  const verifier = readVerifier(key(), WITNESS);
  const first = await stateOf(scene);
  expect(first.witness).toMatchObject({ size: first.size, witnessed_at: expect.any(String), problem: null });
  expect(verifier && cosignatureOf(first.checkpoint, first.checkpoint, verifier)).toBeDefined();
  await aTask(app(), scene.owner, scene.agent);
  await sealAll(scene);
  const { checkpoint } = await stateOf(scene);
  expect(verifier && cosignatureOf(checkpoint, checkpoint, verifier)).toBeUndefined();
  expect((await app().call(getCheckpoint, scene.owner, { witnessed: true })).checkpoint).toBe(first.checkpoint);
  // A witness that knows more than this server remembers names its size.
  await app().admin.query("update audit_witnesses set size = 0 where workspace_id = $1", [scene.workspace.id]);
  await sendAll();
  const second = await stateOf(scene);
  expect(second.witness).toMatchObject({ size: second.size, problem: null, is_refused: false });
  expect(second.size).toBeGreaterThan(first.size);
});

test.each([
  [
    "cut",
    "delete from facts where workspace_id = $1 and seq in (select seq from facts where workspace_id = $1 order by seq desc limit 4)",
    /^The witness has seen \d+ facts, and the record has \d+\.$/,
  ],
  [
    "forked",
    "update facts set actor_id = 'somebody' where workspace_id = $1 and seq = (select min(seq) from facts where workspace_id = $1)",
    /^The record does not begin with the facts that the witness has seen\.$/,
  ],
])("a record that was %s is refused, and the state and one fact say so", async (_, change, problem) => {
  const scene = await aWitnessedScene();
  const before = await stateOf(scene);
  await forge(scene, change);
  if (problem.source.includes("begin")) await aTask(app(), scene.owner, scene.agent);
  await sealAll(scene);
  for (let round = 0; round < 2; round++) {
    await sendAll();
    const { witness } = await stateOf(scene);
    expect(witness).toMatchObject({ size: before.size, is_refused: true, problem: expect.stringMatching(problem) });
    await sealAll(scene);
  }
  const refusals = (await app().call(listAudit, scene.owner, { type: "audit.witness_refused" })).items;
  expect(refusals.map(({ data }) => data.problem)).toEqual([expect.stringMatching(problem)]);
});

test("a witness that cannot be reached, or may not be, is a problem of its own and no refusal", async () => {
  const scene = await aScene(app());
  await sealAll(scene);
  const { settings } = app().env;
  app().env.settings = { ...settings, privateHosts: [] };
  await sendAll();
  expect((await stateOf(scene)).witness).toMatchObject({
    size: 0,
    witnessed_at: null,
    is_refused: false,
    problem: expect.stringContaining("private network"),
  });
  expect((await problemOf(app().call(getCheckpoint, scene.owner, { witnessed: true }))).code).toBe("conflict");
});
