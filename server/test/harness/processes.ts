/** Several simulated server processes on one test database, each with its own pool, cache and notifications. */
import pino from "pino";
import { inject } from "vitest";
import { type App, createApp } from "../../src/app.ts";
import { connectionConfig, createPool } from "../../src/db/connect.ts";
import { createNotifier, type Notifier } from "../../src/db/notify.ts";
import type { Environment } from "../../src/kernel/environment.ts";
import { checkOutput, type TestApp, testEnvironment } from "./harness.ts";

export interface TestProcess extends App {
  notifier: Notifier;
  close(): Promise<void>;
}

/** Returns a process that already listens. Its clock is the real one. */
export async function aProcess(
  app: TestApp,
  options: { clockOffsetMs?: () => number; env?: Environment } = {},
): Promise<TestProcess> {
  const socket = { ...inject("server"), database: app.database };
  const pool = createPool({ socket, size: 5 });
  const connection = connectionConfig({ socket, size: 1 });
  const notifier = createNotifier({ connection, pool, log: pino({ level: "silent" }) });
  const made = createApp({
    pool,
    env: testEnvironment({ mails: app.mails }),
    sender: notifier.sender,
    cacheCredentials: notifier.isListening,
    checkOutput,
    ...options,
  });
  await notifier.listen(made.signals);
  return {
    ...made,
    notifier,
    async close() {
      await notifier.close();
      await made.presence.settled();
      await pool.end();
    },
  };
}
