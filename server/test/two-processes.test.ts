/** A change of credentials on one server process takes effect on the other at once, also without notifications. */
import pino from "pino";
import { afterEach, describe, expect, it } from "vitest";
import type { Credentials } from "../src/auth/authenticate.ts";
import { revokeOtherSessions } from "../src/auth/operations/revoke-other-sessions.ts";
import { revokeSession } from "../src/auth/operations/revoke-session.ts";
import { type SignedIn, signIn, signOut } from "../src/auth/test-sign-in.ts";
import { connectionConfig, createPool } from "../src/db/connect.ts";
import { createNotifier } from "../src/db/notify.ts";
import { createKey } from "../src/keys/operations/create-key.ts";
import { revokeKey } from "../src/keys/operations/revoke-key.ts";
import { createSecondApp, serverSocket, type TestApp, useApp } from "./harness/harness.ts";

const app = useApp();
/** Shorter than any cached credential lives, so that a change within this time came by a notification. */
const NOTIFIED_MS_MAX = 5_000;
const NOWHERE = "/nowhere";

interface Process {
  app: TestApp;
  isListening(): boolean;
  /** Allows or prevents listening from now on. */
  mayListen(may: boolean): void;
  close(): Promise<void>;
}

const open: Process[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

/** A simulated server process with its own pool, notifier and cache. */
async function aProcess(): Promise<Process> {
  const socket = serverSocket(app());
  const pool = createPool({ socket, size: 2 });
  const connection = connectionConfig({ socket, size: 1 });
  const notifier = createNotifier({ connection, pool, log: pino({ level: "silent" }) });
  const { sender, isListening } = notifier;
  const second = createSecondApp(app(), { sender, cacheCredentials: isListening });
  await notifier.listen(second.signals);
  const made: Process = {
    app: second,
    isListening,
    mayListen(may) {
      connection.host = may ? socket.host : NOWHERE;
    },
    async close() {
      await notifier.close();
      await Promise.all([second.close(), pool.end()]);
    },
  };
  open.push(made);
  return made;
}

/** Ends the listening connections and prevents new ones. */
async function cut(processes: readonly Process[]): Promise<void> {
  for (const one of processes) one.mayListen(false);
  await app().admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'bailiwick listen%' and datname = current_database()",
  );
  await expect.poll(() => processes.some((one) => one.isListening())).toBe(false);
}

interface Case {
  name: string;
  /** Returns a credential and the function that ends it. */
  arrange(by: TestApp, person: SignedIn): Promise<{ credentials: Credentials; end(): Promise<unknown> }>;
}

const CASES: Case[] = [
  {
    name: "a sign-out",
    async arrange(by, { session }) {
      return { credentials: { session }, end: () => signOut(by, session) };
    },
  },
  {
    name: "the end of a session",
    async arrange(by, { session, user }) {
      const { session_id } = await by.authenticate({ session });
      const actor = await by.authenticate({ session: (await signIn(by, user.email)).session });
      return { credentials: { session }, end: () => by.call(revokeSession, actor, { id: session_id ?? "" }) };
    },
  },
  {
    name: "the end of all other sessions",
    async arrange(by, { session, user }) {
      const actor = await by.authenticate({ session: (await signIn(by, user.email)).session });
      return { credentials: { session }, end: () => by.call(revokeOtherSessions, actor, {}) };
    },
  },
  {
    name: "a revoked key",
    async arrange(by, { session }) {
      const actor = await by.authenticate({ session });
      const { id, key } = await by.call(createKey, actor, { kind: "service", scopes: ["ingest"], name: "A key" });
      return { credentials: { authorization: `Bearer ${key}` }, end: () => by.call(revokeKey, actor, { id }) };
    },
  },
];

const answer = ({ app: on }: Process, credentials: Credentials) =>
  on.authenticate(credentials).then(
    () => "good",
    ({ code }) => code as string,
  );

describe.each(CASES)("$name", ({ arrange }) => {
  it("on one process takes effect on the other with the notification", async () => {
    const [one, two] = [await aProcess(), await aProcess()];
    const { credentials, end } = await arrange(one.app, await signIn(one.app));
    // The other process caches the credential from now on.
    expect(await answer(two, credentials)).toBe("good");
    await end();
    expect(await answer(one, credentials)).toBe("unauthenticated");
    await expect.poll(() => answer(two, credentials), { timeout: NOTIFIED_MS_MAX }).toBe("unauthenticated");
  });

  it("takes effect on the other with the next request while no process can listen, and afterwards", async () => {
    const [one, two] = [await aProcess(), await aProcess()];
    const { credentials, end } = await arrange(one.app, await signIn(one.app));
    expect(await answer(two, credentials)).toBe("good");
    await cut([one, two]);
    expect(await answer(two, credentials)).toBe("good");
    await end();
    expect([await answer(one, credentials), await answer(two, credentials)]).toEqual([
      "unauthenticated",
      "unauthenticated",
    ]);
    for (const process of [one, two]) process.mayListen(true);
    await expect.poll(() => one.isListening() && two.isListening()).toBe(true);
    expect(await answer(two, credentials)).toBe("unauthenticated");
  });
});
