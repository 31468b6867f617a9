/** `bailiwick attach` and `bailiwick download` against a running server. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aDatabase, urlOf } from "../../test/harness/harness.ts";
import { type RunningServer, startServer } from "../main.ts";
import { type Config, readConfig } from "../runtime/config.ts";
import { call } from "./call.ts";
import { describeFailure, UsageError } from "./failure.ts";
import { attach, download } from "./files.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-files-"));
let config: Config;
let server: RunningServer;
let env: Record<string, string>;
let taskId: string;
const settings = () => config;
const asOwner = (name: string, ...tokens: string[]) => call(settings, {}, name, tokens, {});
const failure = (run: Promise<unknown>) => run.then(() => "no failure", describeFailure);

beforeAll(async () => {
  const given = { BAILIWICK_PORT: "0", BAILIWICK_DATA_DIR: folder, BAILIWICK_LOG_LEVEL: "silent" };
  config = readConfig({ ...given, DATABASE_URL: urlOf(await aDatabase()) });
  server = await startServer(config, { onLine: () => undefined });
  await asOwner("agents.create", "--name", "Writer");
  const key = await asOwner("keys.create", "--kind=agent", "--name=w", "--agent_id", "Writer", "-q", "key");
  env = { BAILIWICK_URL: server.url, BAILIWICK_KEY: key };
  taskId = await asOwner("tasks.create", "--title=Write", "--assigned_to_agent_id", "Writer", "-q", "id");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

test("a file goes up and comes down unchanged, and no file is replaced", async () => {
  const file = join(folder, "patch.diff");
  writeFileSync(file, "+ one line\n");
  const attachment = JSON.parse(await attach(settings, env, [taskId, file], { type: "text/x-diff" }));
  expect(attachment).toMatchObject({ name: "patch.diff", content_type: "text/x-diff", bytes: 11 });
  const output = join(folder, "again.diff");
  expect(await download(settings, env, attachment.id, { output })).toContain(attachment.sha256);
  expect(readFileSync(output, "utf8")).toBe("+ one line\n");
  await expect(download(settings, env, attachment.id, { output })).rejects.toBeInstanceOf(UsageError);
});

test("a refusal says why and names the caller, and a missing file or key is a wrong use", async () => {
  const file = join(folder, "patch.diff");
  writeFileSync(file, "x");
  expect(await failure(attach(settings, env, [taskId, file], { name: "a/b" }))).toMatch(/name: .*the agent "Writer"/s);
  expect(await failure(download(settings, env, taskId, {}))).toMatch(/^not_found \(404\).*"Writer"/s);
  await expect(attach(settings, env, [taskId, join(folder, "none")], {})).rejects.toBeInstanceOf(UsageError);
  await expect(attach(settings, {}, [taskId, file], {})).rejects.toBeInstanceOf(UsageError);
});
