/** The server as people start it, with a real port and its own database; and its application, for test data. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { createPool } from "../../server/src/db/connect.ts";
import { type RunningServer, startServer } from "../../server/src/main.ts";
import { readConfig } from "../../server/src/runtime/config.ts";
import { createLog } from "../../server/src/runtime/log.ts";
import { aDatabase, callOn, type TestApp, urlOf } from "../../server/test/harness/harness.ts";

export interface TestServer {
  url: string;
  /** The application of the server, for builders and scenes; its changes are live. */
  app: TestApp;
  /** The sign-in link that the server printed. */
  ownerLink: string;
  /** The address of the mail inbox that the server printed. */
  inbox: string;
  /** The log lines of level `warn` and above. */
  log: string[];
  /** Stops the server as a restart does. `app` cannot be used after that. */
  stop(): Promise<void>;
  /** Starts the stopped server at the same address. */
  startAgain(): Promise<void>;
  close(): Promise<void>;
}

const COMMAND = join(import.meta.dirname, "../../server/bin/bailiwick.js");

/** Every command builds the dashboard when its sources changed; this command does nothing else. Once in a process. */
let built: Promise<unknown> | undefined;
function buildDashboard(): Promise<unknown> {
  built ??= promisify(execFile)(process.execPath, [COMMAND, "--version"]);
  return built;
}

export async function startTestServer(env: Record<string, string> = {}): Promise<TestServer> {
  await buildDashboard();
  const database = await aDatabase();
  const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-web-"));
  const configOn = (port: string) =>
    readConfig({
      BAILIWICK_PORT: port,
      BAILIWICK_DATA_DIR: dataDir,
      BAILIWICK_READS_PER_MINUTE: "1000000",
      BAILIWICK_WORK_PER_MINUTE: "1000000",
      BAILIWICK_WRITES_PER_MINUTE: "1000000",
      DATABASE_URL: urlOf(database),
      ...env,
    });
  const lines: string[] = [];
  const logged: string[] = [];
  const log = createLog({ level: "warn", destination: { write: (line) => void logged.push(line) } });
  const startOn = (port: string) => startServer(configOn(port), { onLine: (line) => lines.push(line), log });
  let running = await startOn("0");
  const { url } = running;
  const app = testAppOf(running, database);
  return {
    url,
    app,
    ownerLink: /http\S+\/sign-in\?token=\S+/.exec(lines.join("\n"))?.[0] ?? "",
    inbox: /http\S+\/dev\/inbox\?code=\S+/.exec(lines.join("\n"))?.[0] ?? "",
    log: logged,
    stop: () => running.close(),
    async startAgain() {
      running = await startOn(new URL(url).port);
    },
    async close() {
      await app.close();
      await running.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function testAppOf({ app }: RunningServer, database: string): TestApp {
  const admin = createPool({ socket: { ...inject("server"), database }, size: 2 });
  return {
    ...app,
    admin,
    database,
    call: callOn(app),
    get pool(): never {
      throw new Error("The pool of a real server belongs to the server. Use admin.");
    },
    // The server keeps the mails and shows them under /dev/inbox.
    get mails(): never {
      throw new Error("The mails of a real server are in its inbox.");
    },
    get clock(): never {
      throw new Error("The clock of a real server cannot be moved.");
    },
    close: () => admin.end(),
  };
}
