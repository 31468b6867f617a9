/** Every file of `examples/` as a process: its agent claims a task, keeps the lease with heartbeats, and completes it. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { listMessages } from "../../src/messages/operations/list-messages.ts";
import { sendMessage } from "../../src/messages/operations/send-message.ts";
import { aTask } from "../harness/builders.ts";
import { isInstalled, REPOSITORY, useClientServer } from "../harness/client-server.ts";

const server = useClientServer();
const EXAMPLES = join(REPOSITORY, "examples");
const TSX = pathToFileURL(join(REPOSITORY, "node_modules/tsx/dist/loader.mjs")).href;
const [hasCurl, hasJq, hasPython] = ["curl", "jq", "python3"].map(isInstalled);

/** The way in which each file is started, and the programs without which it is skipped. */
const RUNS: Record<string, { command: string; args: readonly string[]; isPossible: boolean }> = {
  "curl.sh": { command: "sh", args: ["curl.sh"], isPossible: hasCurl === true },
  "worker.sh": { command: "bash", args: ["worker.sh"], isPossible: hasCurl === true },
  "worker.py": { command: "python3", args: ["worker.py"], isPossible: hasPython === true },
  "question.py": { command: "python3", args: ["question.py"], isPossible: hasPython === true },
  "worker.ts": { command: process.execPath, args: ["--import", TSX, "worker.ts"], isPossible: true },
};

beforeAll(async () => {
  const { folder, url } = server();
  for (const name of Object.keys(RUNS)) copyFileSync(join(EXAMPLES, name), join(folder, name));
  writeFileSync(join(folder, "bailiwick.py"), await (await fetch(`${url}/bailiwick.py`)).text());
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "outside", private: true, type: "module" }));
  await server().run("npm", ["install", "--no-audit", "--no-fund", `${url}/sdk.tgz`]);
  if (!hasJq) putSmallJq();
});

/** The paths that the examples read, where jq is not installed. */
function putSmallJq(): void {
  const bin = join(server().folder, "bin");
  mkdirSync(bin);
  const program = `#!${process.execPath}
const path = process.argv[3].split("//")[0].trim().match(/\\w+/g);
const found = path.reduce((value, name) => value?.[name], JSON.parse(require("node:fs").readFileSync(0)));
const other = process.argv[3].split("//")[1]?.trim();
console.log(found ?? (other === "empty" || other === undefined ? "" : other));`;
  writeFileSync(join(bin, "jq"), program);
  chmodSync(join(bin, "jq"), 0o755);
}

const withJq = (env: Record<string, string>) =>
  hasJq ? env : { ...env, PATH: `${join(server().folder, "bin")}:${process.env.PATH}` };

/** A task on which the program works long enough for a heartbeat. */
async function given(name: string, input: Record<string, unknown> = { text: "one two three", seconds: 3 }) {
  const { scene, agent, start } = server();
  const { actor, env } = await agent(name);
  const { id } = await aTask(scene.app, scene.owner, actor, { title: name, input });
  const { command, args } = RUNS[name] ?? { command: "", args: [] };
  start(command, args, { ...withJq(env), LEASE_SECONDS: "5" });
  return { id, actor };
}

test("each file has a run here", () => {
  const files = readdirSync(EXAMPLES).filter((name) => name !== "README.md");
  expect(files.sort()).toEqual(Object.keys(RUNS).sort());
});

const WORKERS = Object.keys(RUNS).filter((name) => name !== "question.py");
for (const name of WORKERS) {
  test.runIf(RUNS[name]?.isPossible)(`${name} claims, keeps the lease and completes`, async () => {
    const { id } = await given(name);
    await expect.poll(async () => (await server().task(id)).status).toBe("completed");
    const { output, events } = await server().task(id);
    expect(output).toEqual({ words: 3 });
    expect(server().succeeded).toContain(`/api/tasks/${id}/heartbeat`);
    expect(events.map(({ event_type }) => event_type).filter((type) => type === "started")).toHaveLength(1);
  });
}

test.runIf(hasPython)("question.py asks by message and completes with the answer", async () => {
  const { scene, task } = server();
  const { id, actor } = await given("question.py", { text: "one two three" });
  const question = async () => (await scene.app.call(listMessages, scene.owner, { task_id: id })).items[0];
  await expect.poll(async () => (await question())?.content).toBe("I count 3 words. Shall I report them?");
  const sent = await question();
  expect(sent).toMatchObject({ from_agent_id: actor.id, to_user_id: scene.owner.id });
  const answer = { content: "Yes", to_agent_id: actor.id, in_reply_to: sent?.id ?? "" };
  await scene.app.call(sendMessage, scene.owner, answer);
  await expect.poll(async () => (await task(id)).status).toBe("completed");
  expect((await task(id)).output).toEqual({ words: 3, answer: "Yes" });
});
