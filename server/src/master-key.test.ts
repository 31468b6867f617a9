import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadMasterKey } from "./master-key.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bailiwick-key-"));
  folders.push(folder);
  return folder;
}

test("the settings' key is used and no file is made", async () => {
  const dataDir = await aFolder();
  const masterKey = Buffer.alloc(32, 1);
  expect(await loadMasterKey({ masterKey, dataDir })).toEqual({ key: masterKey });
  expect(await readdir(dataDir)).toEqual([]);
});

test("a key is made once, for its owner alone, also in a folder that is not there yet", async () => {
  const dataDir = join(await aFolder(), "new");
  const first = await loadMasterKey({ masterKey: undefined, dataDir });
  const file = join(dataDir, "master.key");
  expect(first.key).toHaveLength(32);
  expect(first.madeAt).toBe(file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  expect(await loadMasterKey({ masterKey: undefined, dataDir })).toEqual({ key: first.key });
});

test("processes that start together agree, and leave nothing behind", async () => {
  const dataDir = await aFolder();
  const keys = await Promise.all(Array.from({ length: 20 }, () => loadMasterKey({ masterKey: undefined, dataDir })));
  expect(new Set(keys.map(({ key }) => key.toString("hex"))).size).toBe(1);
  expect(keys.filter(({ madeAt }) => madeAt)).toHaveLength(1);
  expect(await readdir(dataDir)).toEqual(["master.key"]);
});

test("a file that holds no key is one clear line, and is left as it is", async () => {
  const dataDir = await aFolder();
  await writeFile(join(dataDir, "master.key"), "short");
  await expect(loadMasterKey({ masterKey: undefined, dataDir })).rejects.toThrow("does not hold a master key");
  expect(await readFile(join(dataDir, "master.key"), "utf8")).toBe("short");
});
