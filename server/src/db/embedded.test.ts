import { spawn } from "node:child_process";
import { readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, inject, test } from "vitest";
import { serverUser, startedAs } from "./embedded/as-user.ts";
import { recordedPostmaster } from "./embedded/pid-file.ts";
import {
  aFolder,
  aHolder,
  aMadeFolder,
  ask,
  cleanUp,
  clusterOf,
  isAlive,
  killPostmaster,
  removeModel,
  until,
} from "./embedded/test-processes.ts";
import { startPrivateServer } from "./embedded.ts";

afterEach(cleanUp);
afterAll(removeModel);

const log = () => undefined;
/** `EMBEDDED_ROUNDS=100` looks for what is rare. */
const ROUNDS = Number(process.env.EMBEDDED_ROUNDS || 10);

async function isServed(dataDir: string): Promise<boolean> {
  return (await recordedPostmaster(clusterOf(dataDir))) !== undefined;
}

async function postmasterOf(dataDir: string): Promise<number> {
  const recorded = await recordedPostmaster(clusterOf(dataDir));
  if (!recorded) throw new Error("No server runs.");
  return recorded.pid;
}

test("the server of the tests does not wait for the disk", async () => {
  const settings = ["fsync", "full_page_writes", "synchronous_commit"];
  const rows = await ask(
    inject("server"),
    `select distinct setting from pg_settings where name in ('${settings.join("','")}')`,
  );
  expect(rows).toEqual([{ setting: "off" }]);
});

describe("a fresh folder", () => {
  test("becomes a closed, durable server that listens on one socket", async () => {
    const dataDir = await aFolder();
    const server = await startPrivateServer({ dataDir, log });
    expect(server).toMatchObject({ adopted: false, connection: { user: "bailiwick", database: "bailiwick" } });
    const rows = await ask(
      server.connection,
      `select current_setting('listen_addresses') as addresses, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('data_checksums') as checksums,
              current_setting('server_encoding') as encoding,
              current_setting('server_version_num')::int / 10000 as major,
              lower('ÄÉ') as lower,
              (select string_agg(w, '' order by w) from unnest(array['b', 'A', 'a', 'B']) w) as sorted`,
    );
    expect(rows).toEqual([
      {
        addresses: "",
        fsync: "on",
        commit: "on",
        checksums: "on",
        encoding: "UTF8",
        major: server.version,
        lower: "äé",
        sorted: "ABab",
      },
    ]);
    for (const folder of [dataDir, server.connection.host, clusterOf(dataDir)]) {
      // The server's group may pass through the data folder when root runs the server as another user.
      expect((await stat(folder)).mode & 0o767, folder).toBe(0o700);
    }
    await server.stop();
    await server.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test("is made whole by the next start when the first is killed while making it", async () => {
    const dataDir = await aFolder();
    const first = aHolder({ dataDir });
    const home = join(dataDir, "postgres");
    await until(async () => (await readdir(home).catch(() => [])).some((name) => name.startsWith("cluster.new-")));
    await first.kill();
    const server = await startPrivateServer({ dataDir, log });
    expect(await ask(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test("is made once when four processes start on it together", async () => {
    const dataDir = await aFolder();
    const holders = [1, 2, 3, 4].map(() => aHolder({ dataDir }));
    const started = await Promise.all(holders.map((holder) => holder.started));
    expect(started.filter(({ adopted }) => !adopted)).toHaveLength(1);
    const systems = await Promise.all(
      started.map(({ connection }) => ask(connection, "select system_identifier::text from pg_control_system()")),
    );
    expect(new Set(systems.map((rows) => JSON.stringify(rows))).size).toBe(1);
    await Promise.all(holders.map((holder) => holder.stop()));
    expect(await isServed(dataDir)).toBe(false);
  });
});

describe("sharing", () => {
  test("a second process gets the same server, and only the last one stops it", async () => {
    const dataDir = await aMadeFolder();
    const first = aHolder({ dataDir });
    await ask((await first.started).connection, "create table shared as select 7 as n");
    const second = await startPrivateServer({ dataDir, log });
    expect(second.adopted).toBe(true);
    await first.stop();
    expect(await ask(second.connection, "select n from shared")).toEqual([{ n: 7 }]);
    await second.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test("a process that starts while the last user stops gets a working server", async () => {
    const dataDir = await aMadeFolder();
    let server = await startPrivateServer({ dataDir, log });
    const before = performance.now();
    await (await startPrivateServer({ dataDir, log })).stop();
    const startMs = performance.now() - before;
    for (let round = 0; round < ROUNDS; round += 1) {
      const starting = startPrivateServer({ dataDir, log });
      // Each round stops at another step of the start.
      await new Promise((resolve) => setTimeout(resolve, (round / ROUNDS) * startMs));
      const [next] = await Promise.all([starting, server.stop()]);
      expect(await ask(next.connection, "select 1 as one")).toEqual([{ one: 1 }]);
      server = next;
    }
    await server.stop();
  });
});

describe("after a kill -9", () => {
  test("of the process, the server lives and the next start adopts it", async () => {
    const dataDir = await aMadeFolder();
    const first = aHolder({ dataDir });
    await ask((await first.started).connection, "create table kept as select 7 as n");
    const postmaster = await postmasterOf(dataDir);
    // A terminal or a supervisor kills the whole group.
    process.kill(-(first.process.pid ?? 0), "SIGKILL");
    await first.kill();
    expect(isAlive(postmaster)).toBe(true);
    const next = await startPrivateServer({ dataDir, log });
    expect(next.adopted).toBe(true);
    expect(await postmasterOf(dataDir)).toBe(postmaster);
    expect(await ask(next.connection, "select n from kept")).toEqual([{ n: 7 }]);
    await next.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test("of both, the next start recovers every confirmed commit and logs it", async () => {
    const dataDir = await aMadeFolder();
    const first = aHolder({ dataDir });
    await ask((await first.started).connection, "create table kept as select 7 as n");
    await first.kill();
    await killPostmaster(dataDir);
    const lines: string[] = [];
    const next = await startPrivateServer({ dataDir, log: (line) => lines.push(line) });
    expect(next.adopted).toBe(false);
    expect(lines).toEqual([expect.stringContaining("It recovers first")]);
    expect(await ask(next.connection, "select n from kept")).toEqual([{ n: 7 }]);
    await next.stop();
  });

  test("of the process before its server is ready, the next start gets one server", async () => {
    const dataDir = await aMadeFolder();
    const first = aHolder({ dataDir });
    await until(() => isServed(dataDir));
    await first.kill();
    const next = await startPrivateServer({ dataDir, log });
    expect(next.adopted).toBe(true);
    expect(await ask(next.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await next.stop();
  });

  test("of the server, its users start it again and share it as before", async () => {
    const dataDir = await aMadeFolder();
    const holder = aHolder({ dataDir });
    const { connection } = await holder.started;
    const server = await startPrivateServer({ dataDir, log });
    await ask(connection, "create table kept as select 7 as n");
    const postmaster = await postmasterOf(dataDir);
    await killPostmaster(dataDir);
    const users = "select count(*)::int as users from pg_locks where locktype = 'advisory'";
    await until(async () => {
      const rows = await ask(connection, users).catch(() => []);
      return rows[0]?.users === 2;
    });
    expect(await postmasterOf(dataDir)).not.toBe(postmaster);
    expect(await ask(connection, "select n from kept")).toEqual([{ n: 7 }]);
    await server.stop();
    expect(await isServed(dataDir)).toBe(true);
    await holder.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test("a recorded process id that another process has now does not prevent the start", async () => {
    const dataDir = await aMadeFolder();
    const server = await startPrivateServer({ dataDir, log });
    const record = join(clusterOf(dataDir), "postmaster.pid");
    const before = await readFile(record, "utf8");
    await server.stop();
    const user = await serverUser(join(dataDir, "postgres"));
    const stranger = spawn("sleep", ["60"], startedAs(user));
    await writeFile(record, before.replace(/^\d+/, String(stranger.pid)));
    const next = await startPrivateServer({ dataDir, log });
    expect(await ask(next.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(isAlive(stranger.pid ?? 0)).toBe(true);
    await next.stop();
    stranger.kill();
  });
});

test("the server of another folder is refused, not adopted", async () => {
  const [ours, theirs] = [await aMadeFolder(), await aMadeFolder()];
  const other = await startPrivateServer({ dataDir: theirs, log });
  await (await startPrivateServer({ dataDir: ours, log })).stop();
  await symlink(join(other.connection.host, ".s.PGSQL.5432"), join(ours, "run", ".s.PGSQL.5432"));
  await expect(startPrivateServer({ dataDir: ours, log })).rejects.toThrow(/serves .*, not .*Stop that server/);
  await other.stop();
});

test("a server that cannot start says why in one line", async () => {
  const dataDir = await aMadeFolder();
  await rm(join(clusterOf(dataDir), "global", "pg_control"));
  const start = startPrivateServer({ dataDir, log });
  await expect(start).rejects.toThrow(/^The private PostgreSQL did not start: .*pg_control[^\n]*postgres\.log\.$/);
});

test.runIf(process.platform === "linux")("the server's process does not know our secrets", async () => {
  const dataDir = await aMadeFolder();
  const holder = aHolder({ dataDir, env: { BAILIWICK_SMTP_URL: "smtp://ada:hunter2@mail" } });
  await holder.started;
  expect(await readFile(`/proc/${await postmasterOf(dataDir)}/environ`, "utf8")).not.toContain("hunter2");
  await holder.stop();
});
