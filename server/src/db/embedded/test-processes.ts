/** For the tests: processes that start a private server and can be killed, and folders that are removed afterwards. */

import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { Client } from "pg";
import { type PrivateServer, startPrivateServer } from "../embedded.ts";
import { run } from "./as-user.ts";
import { recordedPostmaster } from "./pid-file.ts";

export const isRoot = process.getuid?.() === 0;
export const NOBODY = { uid: 65_534, gid: 65_534 };

const folders: string[] = [];
const children: ChildProcess[] = [];

export async function aFolder(owner?: { uid: number; gid: number }): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bailiwick-embedded-"));
  folders.push(folder);
  if (owner) await chown(folder, owner.uid, owner.gid);
  return folder;
}

let model: Promise<string> | undefined;

/** A folder with a database that does not run. It is a copy, because initdb is slow. */
export async function aMadeFolder(): Promise<string> {
  model ??= makeModel();
  const folder = await aFolder();
  await run("cp", ["-a", join(await model, "postgres"), folder], undefined);
  return folder;
}

async function makeModel(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bailiwick-model-"));
  await (await startPrivateServer({ dataDir: folder, isDurable: false, log: () => undefined })).stop();
  return folder;
}

/** Call it in afterAll of every file that uses aMadeFolder. */
export async function removeModel(): Promise<void> {
  if (model) await rm(await model, { recursive: true, force: true });
  // The next file of this process makes its own.
  model = undefined;
}

/** Ends every process and server of the test and removes its folders. */
export async function cleanUp(): Promise<void> {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const folder of folders.splice(0)) {
    await killPostmaster(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export function clusterOf(dataDir: string): string {
  return join(dataDir, "postgres", "cluster");
}

/** Kills the server as a power cut would, and waits until the process has ended. */
export async function killPostmaster(dataDir: string): Promise<void> {
  const recorded = await recordedPostmaster(clusterOf(dataDir));
  if (!recorded) return;
  try {
    process.kill(recorded.pid, "SIGKILL");
    await until(() => !isAlive(recorded.pid));
  } catch {
    // The process had already ended.
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export async function until(state: () => boolean | Promise<boolean>, msMax = 120_000): Promise<void> {
  const deadline = Date.now() + msMax;
  while (!(await state())) {
    if (Date.now() > deadline) throw new Error(`Not within ${msMax} ms: ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Connection = PrivateServer["connection"];

/** Runs one statement on its own connection. Returns the rows or throws the error. */
export async function ask(connection: Connection, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ ...connection });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

interface Started {
  readonly connection: Connection;
  readonly version: number;
  readonly adopted: boolean;
}

export interface Holder {
  readonly process: ChildProcess;
  /** The lines that the process logged, and its error. */
  readonly lines: string[];
  readonly started: Promise<Started>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

interface HolderOptions {
  dataDir: string;
  pgBin?: string;
  user?: { uid: number; gid: number };
  env?: Record<string, string>;
}

const SCRIPT = `
  const { startPrivateServer } = await import(process.env.EMBEDDED);
  const say = (what) => process.stdout.write(JSON.stringify(what) + "\\n");
  try {
    const options = JSON.parse(process.env.OPTIONS);
    const server = await startPrivateServer({ ...options, log: (line) => say({ line }) });
    process.stdin.once("data", () => server.stop().then(() => process.exit(0)));
    say({ started: server });
  } catch (error) {
    say({ line: error.name + ": " + error.message });
    process.exit(1);
  }
`;

/** A process that starts the server of a folder and uses it until `stop` or `kill`. */
export function aHolder({ user, env, ...options }: HolderOptions): Holder {
  const child = aScript(SCRIPT, { ...env, OPTIONS: JSON.stringify(options) }, user);
  const lines: string[] = [];
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const started = new Promise<Started>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (text) => {
      const said: { line?: string; started?: Started } = JSON.parse(text);
      if (said.line !== undefined) lines.push(said.line);
      if (said.started) resolve(said.started);
    });
    child.once("close", () => reject(new Error(lines.at(-1) ?? "The process ended without a word.")));
  });
  // A test that kills the process early does not wait for its start.
  started.catch(() => undefined);
  return {
    process: child,
    lines,
    started,
    stop: () => {
      child.stdin.write("stop\n");
      return exited;
    },
    kill: () => {
      child.kill("SIGKILL");
      return exited;
    },
  };
}

/** Runs the text of a module in its own process group; the text can import the sources. */
export function aScript(
  text: string,
  env: Record<string, string>,
  user: { uid: number; gid: number } | undefined,
): ChildProcessByStdio<Writable, Readable, null> {
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", text], {
    ...user,
    env: { PATH: process.env.PATH, EMBEDDED: new URL("../embedded.ts", import.meta.url).href, ...env },
    stdio: ["pipe", "pipe", "inherit"],
    detached: true,
  });
  children.push(child);
  return child;
}
