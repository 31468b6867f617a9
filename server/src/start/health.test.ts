import pino from "pino";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { aHotRename, readName, renameWorkspace } from "../../test/harness/fake-operations.ts";
import { aWorkspace, problemOf, serverSocket, testEnvironment, useApp } from "../../test/harness/harness.ts";
import { aSilentProxy } from "../../test/harness/silent-proxy.ts";
import { createApp } from "../app.ts";
import { requestMagicLink } from "../auth/operations/request-magic-link.ts";
import { createPool } from "../db/connect.ts";
import { createDiskSpace } from "./disk-space.ts";
import { createHealth, type HealthLimits } from "./health.ts";

const app = useApp();
const toEnd: (() => unknown)[] = [];
afterEach(() => app().admin.query("delete from schema_migrations where number = 9999"));
afterAll(async () => {
  for (const end of toEnd) await end();
});

const REQUEST = { id: "r", trace_id: null, ip: "127.0.0.1", at_this_machine: false, user_agent: "", session: null };
const MIB = 1024 ** 2;

async function aServer(
  limits: Partial<HealthLimits> = {},
  pool = createPool({ socket: serverSocket(app()), size: 3 }),
) {
  const { rows } = await app().admin.query<{ newest: number }>("select max(number) as newest from schema_migrations");
  const logged: { level: number; msg: string }[] = [];
  const log = pino({ base: null }, { write: (line) => void logged.push(JSON.parse(line)) });
  const free = { mib: 9_000 };
  const disk = createDiskSpace("/data", async () => ({ bavail: free.mib, blocks: 10_000, bsize: MIB }));
  const served = createApp({
    pool,
    env: testEnvironment(),
    requireWritable: () => health.requireWritable(),
    onDatabaseError: (error) => health.noteError(error),
  });
  const { vitals } = served.db;
  const health = createHealth({ pool, vitals, migration: rows[0]?.newest ?? 0, disk, log, limits });
  toEnd.push(() => pool.end(), health.close);
  const { owner } = await aWorkspace(app());
  const { operation } = aHotRename();
  const dispatch = (which: typeof renameWorkspace | typeof operation | typeof readName) =>
    served.dispatcher.dispatch(which, owner, { input: which === readName ? {} : { name: "x" }, request: REQUEST });
  const verify = () =>
    served.dispatcher.dispatchPublic(requestMagicLink, { input: { email: "a@b.example" }, request: REQUEST });
  return {
    served,
    health,
    free,
    logged,
    writes: [() => dispatch(renameWorkspace), () => dispatch(operation), verify],
    read: () => dispatch(readName),
  };
}

type Served = Awaited<ReturnType<typeof aServer>>;

async function expectReadsOnly({ writes, read, health }: Served, words: string): Promise<void> {
  expect(health.mayWrite()).toBe(false);
  for (const write of writes) {
    expect(await problemOf(write())).toMatchObject({
      code: "unavailable",
      status: 503,
      message: expect.stringContaining(words),
      details: { retry_after_seconds: expect.any(Number), next_step: expect.any(String) },
    });
  }
  expect((await read()).output).toEqual({ name: expect.any(String) });
}

async function expectWorks({ writes, read, health }: Served): Promise<void> {
  expect(await health.look()).toBeUndefined();
  expect(health.mayWrite()).toBe(true);
  for (const call of [...writes, read]) await call();
}

describe("a server", () => {
  it("refuses changes while its disk is short of space, with the reason, and accepts them again when there is space", async () => {
    const server = await aServer();
    await expectWorks(server);
    server.free.mib = 499;
    expect(await server.health.look()).toContain("No space: 499 MiB of 10000 MiB are free");
    await expectReadsOnly(server, "No space");
    server.free.mib = 600;
    await expectWorks(server);
    expect(server.logged.map(({ msg }) => msg)).toEqual([
      expect.stringContaining("Not ready. No space: 499 MiB"),
      expect.stringContaining("Ready again"),
    ]);
    expect(server.logged[0]?.level).toBe(pino.levels.values.error);
  });

  it("refuses changes when the database has a newer migration, and still reads", async () => {
    const server = await aServer();
    await expectWorks(server);
    await app().admin.query("insert into schema_migrations (number, name, sha256) values (9999, 'later', '')");
    expect(await server.health.look()).toContain("A newer Bailiwick has migrated the database to 9999");
    await expectReadsOnly(server, "A newer version");
    await app().admin.query("delete from schema_migrations where number = 9999");
    await expectWorks(server);
  });

  it("is not ready after an error that the disk of the database is full, for some time", async () => {
    const { served, health } = await aServer({ fullForMs: 1_000 });
    const { id } = await aWorkspace(app());
    const fill = "do $$ begin raise exception 'no room' using errcode = 'disk_full'; end $$";
    const problem = await problemOf(served.db.transaction(id, (tx) => tx.statement("t.fill", fill, [])));
    expect(problem.message).toContain("No space");
    expect(await health.look()).toBe("No space: the disk of the database is full.");
    await expect.poll(health.look).toBeUndefined();
  });

  it("is not ready while a group of changes does not end", async () => {
    const { served, health } = await aServer({ groupMs: -1 });
    const ended = served.db.vitals.groups.begin();
    expect(await health.look()).toContain("Changes of a workspace have not ended");
    ended();
    const usual = await aServer();
    usual.served.db.vitals.groups.begin();
    expect(await usual.health.look()).toBeUndefined();
  });

  it("is not ready while the database is frozen, logs it once, and is ready again by itself", async () => {
    const proxy = await aSilentProxy(serverSocket(app()), 3);
    const pool = createPool(proxy.target);
    pool.options.connectionTimeoutMillis = 1_000;
    const { health, logged } = await aServer({ probeMs: 1_000 }, pool);
    expect(await health.look()).toBeUndefined();
    proxy.freeze();
    for (let looks = 0; looks < 2; looks++) expect(await health.look()).toContain("does not answer");
    proxy.thaw();
    await expect.poll(health.look).toBeUndefined();
    expect(logged.map(({ msg }) => msg)).toEqual([
      expect.stringContaining("Not ready. The database cannot be reached"),
      expect.stringContaining("Ready again"),
    ]);
    toEnd.unshift(() => proxy.close());
  });
});
