import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir, readlink, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { EmbeddedError, startPrivateServer } from "../embedded.ts";
import { prepareDataFolder } from "./data-folder.ts";
import {
  aFolder,
  aHolder,
  aMadeFolder,
  ask,
  cleanUp,
  clusterOf,
  isRoot,
  NOBODY,
  removeModel,
} from "./test-processes.ts";

afterEach(cleanUp);
afterAll(removeModel);

const log = () => undefined;

async function aLongFolder(): Promise<string> {
  const parent = await aFolder();
  await chmod(parent, 0o755);
  const folder = join(parent, "a".repeat(60), "b".repeat(60));
  await mkdir(folder, { recursive: true });
  return folder;
}

describe("a data folder whose socket path is too long", () => {
  function shortFolderOf(dataDir: string): string {
    return join(tmpdir(), `bailiwick-${createHash("sha256").update(dataDir).digest("hex").slice(0, 16)}`);
  }

  test("has its socket in a short closed folder that every process finds", async () => {
    const dataDir = await aLongFolder();
    const first = aHolder({ dataDir, env: { TMPDIR: await aFolder() } });
    const { connection } = await first.started;
    expect(connection.host.length).toBeLessThan(87);
    expect((await stat(connection.host)).mode & 0o777).toBe(0o700);
    const second = await startPrivateServer({ dataDir, log });
    expect(second).toMatchObject({ adopted: true, connection });
    await first.stop();
    await second.stop();
    await rm(connection.host, { recursive: true });
  });

  test.runIf(isRoot)("is refused where another user made that folder first", async () => {
    const dataDir = await realpath(await aLongFolder());
    const short = shortFolderOf(dataDir);
    await mkdir(short, { mode: 0o777 });
    await chown(short, 12_345, 12_345);
    try {
      await expect(startPrivateServer({ dataDir, log })).rejects.toThrow(
        `${short}, the folder for the database's socket`,
      );
    } finally {
      await rm(short, { recursive: true });
    }
  });

  test("gets a new short folder when the old one was removed, and when the data folder moved", async () => {
    const dataDir = await realpath(await aLongFolder());
    const { run } = await prepareDataFolder({ dataDir, log });
    await rm(run, { recursive: true });
    expect((await prepareDataFolder({ dataDir, log })).run).toBe(run);
    await rm(join(dataDir, "run"));
    await mkdir(join(dataDir, "run"));
    expect((await prepareDataFolder({ dataDir, log })).run).toBe(run);
    expect(basename(await readlink(join(dataDir, "run")))).toBe(basename(run));
    await rm(run, { recursive: true });
  });
});

describe.runIf(isRoot)("as root", () => {
  test("the server runs as another user, who owns the cluster and nothing else of the data folder", async () => {
    const dataDir = await aMadeFolder();
    const server = await startPrivateServer({ dataDir, log });
    const { uid, gid } = await stat(clusterOf(dataDir));
    expect(uid).not.toBe(0);
    expect(await stat(dataDir)).toMatchObject({ uid: 0, gid });
    expect((await stat(dataDir)).mode & 0o777).toBe(0o710);
    expect(await ask(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  });

  test("a folder the server's user cannot reach is one line that names what blocks it", async () => {
    const closed = await aFolder();
    const start = startPrivateServer({ dataDir: join(closed, "inner", "data"), log });
    await expect(start).rejects.toThrow(EmbeddedError);
    await expect(start).rejects.toThrow(`The folder ${closed} is closed to postgres`);
    await expect(start).rejects.toThrow(/Set BAILIWICK_DATA_DIR[^\n]*\/var\/lib\/bailiwick\.$/);
    expect((await stat(closed)).mode & 0o777).toBe(0o700);
  });

  test("a folder that an ordinary user made is served as that user", async () => {
    const dataDir = await aFolder(NOBODY);
    const holder = aHolder({ dataDir, user: NOBODY });
    const { connection } = await holder.started;
    await ask(connection, "create table kept as select 7 as n");
    await holder.stop();
    const server = await startPrivateServer({ dataDir, log });
    expect(await ask(server.connection, "select n from kept")).toEqual([{ n: 7 }]);
    expect((await lstat(join(clusterOf(dataDir), "postmaster.pid"))).uid).toBe(NOBODY.uid);
    const second = aHolder({ dataDir, user: NOBODY });
    expect((await second.started).adopted).toBe(true);
    await server.stop();
    await second.stop();
    // After a start by root the owner can still start the server.
    await (await startPrivateServer({ dataDir, log })).stop();
    const third = aHolder({ dataDir, user: NOBODY });
    expect((await third.started).adopted).toBe(false);
    await third.stop();
  });

  test("an ordinary user runs the server as itself, and a folder of another user is refused", async () => {
    const own = await aFolder(NOBODY);
    const holder = aHolder({ dataDir: own, user: NOBODY });
    const { connection } = await holder.started;
    expect(await ask(connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect((await stat(clusterOf(own))).uid).toBe(NOBODY.uid);
    expect((await stat(own)).mode & 0o777).toBe(0o700);
    await holder.stop();
    const roots = await aFolder();
    const refused = aHolder({ dataDir: join(roots, "data"), user: NOBODY });
    await expect(refused.started).rejects.toThrow(/^EmbeddedError: The data folder .*EACCES.*BAILIWICK_DATA_DIR/);
  });

  test("a cluster that root restored from a copy is refused with the command to run", async () => {
    const dataDir = await aMadeFolder();
    await chown(clusterOf(dataDir), 0, 0);
    await expect(startPrivateServer({ dataDir, log })).rejects.toThrow("chown -R");
  });
});

test("a folder that already holds other files keeps its mode", async () => {
  const dataDir = await aFolder();
  await mkdir(join(dataDir, "other"));
  await chmod(dataDir, 0o755);
  const dataFolder = await prepareDataFolder({ dataDir, log });
  expect((await stat(dataDir)).mode & 0o777).toBe(0o755);
  expect((await stat(dataFolder.home)).mode & 0o777).toBe(0o700);
  expect((await stat(dataFolder.run)).mode & 0o777).toBe(0o700);
});
