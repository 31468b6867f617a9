import pino from "pino";
import { afterEach, expect, test, vi } from "vitest";
import { serverSocket, useApp } from "../../test/harness/harness.ts";
import { soon } from "../../test/harness/latch.ts";
import { connectionConfig } from "./connect.ts";
import { createNotifier, type Notifier } from "./notify.ts";

const app = useApp();
const open: Notifier[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((notifier) => notifier.close()));
});

async function aProcess() {
  const { pool } = app();
  const heard = { wake: vi.fn(), forgetCredentials: vi.fn() };
  const onLost = vi.fn();
  const connection = connectionConfig({ socket: serverSocket(app()), size: 1 });
  const notifier = createNotifier({ connection, pool, log: pino({ level: "silent" }), onLost });
  open.push(notifier);
  await notifier.listen(heard);
  heard.wake.mockClear();
  heard.forgetCredentials.mockClear();
  return { notifier, heard, onLost };
}

test("one process wakes the others and not itself", async () => {
  const [one, two, three] = [await aProcess(), await aProcess(), await aProcess()];
  one.notifier.sender.facts(["w"]);
  await soon(() => [two, three].map(({ heard }) => heard.wake.mock.calls)).toEqual([[[["w"]]], [[["w"]]]]);
  one.notifier.sender.credentials(["a", "b"]);
  await soon(() => [two, three].map(({ heard }) => heard.forgetCredentials.mock.calls)).toEqual([
    [[["a", "b"]]],
    [[["a", "b"]]],
  ]);
  expect(one.heard.wake).not.toHaveBeenCalled();
  expect(one.heard.forgetCredentials).not.toHaveBeenCalled();
});

test("a thousand commits cause a few notifications, and the last commit is included", async () => {
  const [one, two] = [await aProcess(), await aProcess()];
  const query = vi.spyOn(app().pool, "query");
  for (let turn = 0; turn < 1_000; turn++) one.notifier.sender.facts([turn < 999 ? "w" : "last"]);
  await soon(() => two.heard.wake.mock.calls).toEqual([[["w"]], [["w", "last"]]]);
  expect(query).toHaveBeenCalledTimes(2);
  query.mockRestore();
});

test("a lost connection is reported, drops credentials, and comes back by itself", async () => {
  const { notifier, heard, onLost } = await aProcess();
  const other = await aProcess();
  expect(notifier.isListening()).toBe(true);
  await app().admin.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'bailiwick listen%' and datname = current_database()",
  );
  await soon(() => heard.forgetCredentials.mock.calls.length).toBeGreaterThan(0);
  expect(onLost).toHaveBeenCalledOnce();
  await soon(() => notifier.isListening() && other.notifier.isListening()).toBe(true);
  // The process may have missed notifications, so it wakes all waiters.
  expect(heard.wake).toHaveBeenCalled();
  heard.wake.mockClear();
  other.notifier.sender.facts(["w"]);
  await soon(() => heard.wake.mock.calls.length).toBe(1);
});

test("a notification that failed is sent as soon as it is possible", async () => {
  const [one, two] = [await aProcess(), await aProcess()];
  const query = vi.spyOn(app().pool, "query").mockRejectedValueOnce(new Error("away") as never);
  one.notifier.sender.credentials(["a"]);
  one.notifier.sender.credentials(["b"]);
  await soon(() => two.heard.forgetCredentials.mock.calls.flat(2).sort()).toEqual(["a", "b"]);
  query.mockRestore();
  one.notifier.sender.credentials(Array.from({ length: 200 }, (_, index) => `${index}`));
  await soon(() => two.heard.forgetCredentials.mock.calls.at(-1)).toEqual(["all"]);
});

test("without a database the notifier neither listens nor fails, and can be closed", async () => {
  const { pool } = app();
  const connection = { host: "/nowhere", port: 1, user: "x", database: "x" };
  const notifier = createNotifier({ connection, pool, log: pino({ level: "silent" }) });
  await notifier.listen({ wake: vi.fn(), forgetCredentials: vi.fn() });
  expect(notifier.isListening()).toBe(false);
  await notifier.close();
});
