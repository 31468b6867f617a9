/** Checkpoints that leave the server: the fact for webhooks, the mail to the owner, and the files. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seal } from "../../test/harness/audit-samples.ts";
import { aTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aScene } from "../../test/harness/scene.ts";
import { later, runJobs } from "../../test/harness/team.ts";
import { systemActor } from "../kernel/actor.ts";
import { writeCheckpoints } from "./checkpoint-files.ts";
import { auditJobs } from "./jobs.ts";
import { getCheckpoint } from "./operations/get-checkpoint.ts";
import { publishCheckpoint } from "./operations/publish-checkpoint.ts";
import { listAudit } from "./operations.ts";
import { isSignedBy, readVerifier } from "./sealing/note.ts";

const app = useApp();
const DAY_S = 86_400;
async function aSealedScene() {
  const scene = await aScene(app());
  for (let tasks = 0; tasks < 3; tasks++) await aTask(app(), scene.owner, scene.agent);
  await seal(app(), scene.workspace.id, 3);
  return scene;
}
const publishing = () => auditJobs().filter(({ name }) => name === "audit-publishing");

test("a checkpoint is published once a day, however many processes try, and only when there is something new", async () => {
  const { owner, workspace } = await aSealedScene();
  const type = "audit.checkpoint_published";
  const published = async () => (await app().call(listAudit, owner, { type })).items;
  await runJobs(app(), publishing());
  expect(await published()).toEqual([]);
  await later(app(), DAY_S + 60, async () => {
    await Promise.all([publishing(), publishing(), publishing()].map((jobs) => runJobs(app(), jobs)));
    const [fact, ...more] = await published();
    expect(more).toEqual([]);
    if (!fact) throw new Error("Nothing was published.");
    const { checkpoint, size, key } = fact.data as { checkpoint: string; size: number; key: string };
    expect(await app().call(getCheckpoint, owner, {})).toMatchObject({ checkpoint, size });
    const verifier = readVerifier(key);
    expect(verifier && isSignedBy(checkpoint, verifier)).toBe(true);
    await seal(app(), workspace.id, size + 1);
  });
  // Its own fact alone is nothing new.
  await later(app(), 3 * DAY_S, () => runJobs(app(), publishing()));
  expect(await published()).toHaveLength(1);
});

test("workspaces that are published at one moment come next at different times within a day", async () => {
  const scenes = [await aSealedScene(), await aSealedScene(), await aSealedScene()];
  const ids = scenes.map(({ workspace }) => workspace.id);
  await later(app(), DAY_S + 60, () => runJobs(app(), publishing()));
  const { rows } = await app().admin.query<{ hours: number }>(
    `select extract(epoch from bailiwick_now() + interval '1 day 70 seconds' - published_at)::float / 3600 as hours
     from audit_trees where workspace_id = any($1)`,
    [ids],
  );
  const hours = rows.map((row) => row.hours);
  for (const since of hours) expect(since > 0 && since < 24.1, String(since)).toBe(true);
  expect(new Set(hours.map((since) => since.toFixed(3))).size).toBe(3);
});

test("the owner gets the checkpoint and its key by mail, where a mail server is set up", async () => {
  const { workspace } = await aSealedScene();
  const { env, mails } = app();
  const before = mails.length;
  env.delivery = "smtp";
  try {
    await later(app(), DAY_S + 60, () => app().call(publishCheckpoint, systemActor("test", workspace.id), { days: 1 }));
  } finally {
    env.delivery = "terminal";
  }
  await expect.poll(() => mails.length).toBe(before + 1);
  const mail = mails.at(-1);
  expect(mail?.to).toContain("@");
  expect(mail?.text).toContain(`\nbailiwick/${workspace.id}\n`);
  expect(mail?.text).toMatch(/--checkpoint FILE --key 'bailiwick\/[0-9a-f-]+\+[0-9a-f]{8}\+/);
});

test("the folder gets the newest checkpoint of each workspace, and an older one replaces none", async () => {
  const { owner, workspace } = await aSealedScene();
  const folder = await mkdtemp(join(tmpdir(), "bailiwick-checkpoints-"));
  const file = join(folder, `${workspace.id}.checkpoint`);
  const { checkpoint, sealed_at } = await app().call(getCheckpoint, owner, {});
  await writeCheckpoints(app().db, folder, sealed_at);
  expect(await readFile(file, "utf8")).toBe(checkpoint);
  // A seal that was committed after a later one, and a workspace whose file cannot be written.
  const other = await aSealedScene();
  await mkdir(join(folder, `${other.workspace.id}.checkpoint`));
  await rm(file);
  const after = new Date(Date.parse(sealed_at) + 60_000).toISOString();
  await expect(writeCheckpoints(app().db, folder, after)).rejects.toThrow();
  expect(await readFile(file, "utf8")).toBe(checkpoint);
  expect((await readdir(folder)).filter((name) => !name.endsWith(".checkpoint"))).toEqual([]);
  await rm(join(folder, `${other.workspace.id}.checkpoint`), { recursive: true });
  const newer = checkpoint.replace(/\n[0-9]+\n/, "\n999999\n");
  await writeFile(file, newer);
  await writeCheckpoints(app().db, folder, sealed_at);
  expect(await readFile(file, "utf8")).toBe(newer);
  await rm(folder, { recursive: true });
});
