/** The SDK as its users get it: installed from the server into a folder outside of the repository. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { clients } from "../../src/surfaces/clients/clients.ts";
import { VERSION } from "../../src/version.ts";
import { aTask } from "../harness/builders.ts";
import { REPOSITORY, useClientServer } from "../harness/client-server.ts";
import { createWeb } from "../harness/web.ts";

const server = useClientServer();
const TSC = join(REPOSITORY, "node_modules/typescript/bin/tsc");

const put = (name: string, text: string) => writeFileSync(join(server().folder, name), text);
const node = (file: string, env: Record<string, string>) => server().run(process.execPath, [file], env);

beforeAll(async () => {
  put("package.json", JSON.stringify({ name: "outside", private: true }));
  await server().run("npm", ["install", "--no-audit", "--no-fund", `${server().url}/sdk.tgz`]);
});

/** Typed code: the task of the handler, the answer of an operation, and an error are used by their fields. */
const WORKER = `
import { BailiwickError, type Client, createClient, type Task, TASK_STATUSES, work } from "@bailiwick/sdk";
import { TASKS_CREATE_INPUT } from "@bailiwick/sdk/inputs";

const client: Client = createClient({ url: process.env.BAILIWICK_URL ?? "", key: process.env.BAILIWICK_KEY });
const stop = new AbortController();
await work(
  client,
  async (task: Task, { progress }) => {
    await progress({ step: "reading" });
    stop.abort();
    return { title: task.title, known: TASK_STATUSES.includes(task.status), fields: typeof TASKS_CREATE_INPUT };
  },
  { signal: stop.signal, lease_seconds: 30 },
);
try {
  await client.tasks.get({ id: "none" });
} catch (error) {
  if (error instanceof BailiwickError) console.log(error.code, error.errors.map(({ path }) => path).join());
}
// @ts-expect-error A task has a title.
client.tasks.create({ assigned_to_agent_id: "" }).catch(() => undefined);
`;

test("is served with its type, length and tag, without a key, and says where nothing is built", async () => {
  const url = `${server().url}/sdk.tgz`;
  const first = await fetch(url);
  const bytes = Buffer.from(await first.arrayBuffer());
  expect(first.headers.get("content-type")).toBe("application/gzip");
  expect(first.headers.get("content-length")).toBe(String(bytes.length));
  expect(first.headers.get("cache-control")).toBe("no-cache");
  const tag = first.headers.get("etag") ?? "";
  expect((await fetch(url, { headers: { "if-none-match": tag } })).status).toBe(304);
  expect((await fetch(`${server().url}/bailiwick.py`)).headers.get("content-type")).toContain("python");
  const web = createWeb(server().scene.app);
  clients(join(server().folder, "nowhere"))(web.app, web.tools);
  const absent = await web.app.inject({ url: "/sdk.tgz" });
  expect([absent.statusCode, absent.json().next_step]).toEqual([404, expect.stringContaining("npm run build")]);
  await web.close();
});

test("is the version of the server, and npm installs nothing else", () => {
  const lock = JSON.parse(readFileSync(join(server().folder, "package-lock.json"), "utf8"));
  expect(Object.keys(lock.packages)).toEqual(["", "node_modules/@bailiwick/sdk"]);
  expect(lock.packages["node_modules/@bailiwick/sdk"].version).toBe(VERSION);
});

test.each([
  { name: "nodenext", options: { module: "nodenext", moduleResolution: "nodenext" } },
  { name: "bundler", options: { module: "esnext", moduleResolution: "bundler" } },
])("works in strict TypeScript, resolved as $name", async ({ name, options }) => {
  const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true };
  const compilerOptions = {
    ...{ ...strict, ...options, target: "es2022", lib: ["es2023", "dom", "dom.iterable", "dom.asynciterable"] },
    ...{ types: [], skipLibCheck: false, outDir: "out", rootDir: "." },
  };
  put(`worker-${name}.mts`, `declare const process: { env: Record<string, string | undefined> };\n${WORKER}`);
  put("tsconfig.json", JSON.stringify({ compilerOptions, files: [`worker-${name}.mts`] }));
  await server()
    .run(process.execPath, [TSC, "-p", "tsconfig.json"])
    .catch(({ stdout }) => expect(stdout).toBe(""));
  await worksWith(`out/worker-${name}.mjs`);
});

test("works in JavaScript", async () => {
  put("worker.mjs", WORKER.replaceAll(/\btype \w+, |: (?:Client|Task)\b/g, ""));
  await worksWith("worker.mjs");
});

test("works in CommonJS", async () => {
  const imports = /import \{ (.*) \} from ("[^"]+");/g;
  const body = WORKER.replaceAll(/\btype \w+, |: (?:Client|Task)\b/g, "").replaceAll(
    imports,
    "const { $1 } = require($2);",
  );
  put("worker.cjs", `(async () => {${body}})();`);
  await worksWith("worker.cjs");
});

async function worksWith(file: string): Promise<void> {
  const { scene, agent, task } = server();
  const { actor, env } = await agent(file.slice(0, 20));
  const { id } = await aTask(scene.app, scene.owner, actor, { title: "Read it" });
  expect(await node(file, env)).toBe("invalid_input /id\n");
  const { status, output, events } = await task(id);
  expect([status, output]).toEqual(["completed", { title: "Read it", known: true, fields: "object" }]);
  expect(events.map(({ event_type }) => event_type)).toContain("progress");
}
