/** A server as a child process, which a test kills as a power cut would. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createLocalOwnerSession } from "../../src/auth/owner.ts";
import type { DatabasePool } from "../../src/db/connect.ts";
import { createDb } from "../../src/kernel/db/db.ts";
import { createSecretBox } from "../../src/runtime/secret-box.ts";
import { MASTER_KEY, testEnvironment } from "./harness.ts";

const BIN = join(import.meta.dirname, "../../bin/bailiwick.js");
const BUSY = "1000000";

export interface ChildServer {
  url: string;
  /** Kills the whole process group. Only the database keeps running. */
  kill(): Promise<void>;
  /** Lets the server end by itself. */
  end(): Promise<void>;
}

export async function aChildServer(env: Record<string, string>): Promise<ChildServer> {
  const child = spawn(process.execPath, [BIN, "start"], {
    env: {
      ...process.env,
      BAILIWICK_PORT: "0",
      BAILIWICK_MASTER_KEY: MASTER_KEY.toString("base64"),
      BAILIWICK_LOG_LEVEL: "error",
      BAILIWICK_WRITES_PER_MINUTE: BUSY,
      BAILIWICK_READS_PER_MINUTE: BUSY,
      BAILIWICK_WORK_PER_MINUTE: BUSY,
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (piece) => {
      text += piece;
      const [, found] = /runs at (\S+)/.exec(text) ?? [];
      if (found) resolve(found);
    });
    child.on("exit", () => reject(new Error(`The server ended: ${text}`)));
  });
  return { url, kill: () => endBy(child, "SIGKILL"), end: () => endBy(child, "SIGTERM") };
}

async function endBy(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (!child.pid || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.on("exit", resolve));
  process.kill(-child.pid, signal);
  await ended;
}

/** Signs the owner in without a mail. Returns the token of the session. */
export async function ownerSession(pool: DatabasePool): Promise<string> {
  const db = createDb({ pool });
  const { token } = await createLocalOwnerSession(db, { ...testEnvironment(), secrets: createSecretBox(MASTER_KEY) });
  return token;
}

/** Calls the API as the owner. */
export function ownerCalls(url: () => string, session: () => string) {
  return async function call(path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(`${url()}/api${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { "content-type": "application/json", cookie: `bailiwick_session=${session()}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, unknown>;
  };
}
