import { chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { addMasterKey, forgetOldKeys, loadMasterKeys } from "./master-key.ts";

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "bailiwick-key-"));
  folders.push(folder);
  return folder;
}

const NONE = { masterKeys: undefined };
const NOBODY = 65_534;

test("the settings' keys are used and no file is made", async () => {
  const dataDir = await aFolder();
  const masterKeys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const { ring, file } = await loadMasterKeys({ masterKeys, dataDir });
  expect([ring.keys(), file]).toEqual([masterKeys, undefined]);
  expect(await readdir(dataDir)).toEqual([]);
});

test("a key is made once, readable only by its owner, also in a folder that does not exist yet", async () => {
  const dataDir = join(await aFolder(), "new");
  const first = await loadMasterKeys({ ...NONE, dataDir });
  const file = join(dataDir, "master.key");
  expect(first.ring.keys()).toHaveLength(1);
  expect([first.file, first.madeAt]).toEqual([file, file]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
  const again = await loadMasterKeys({ ...NONE, dataDir });
  expect([again.ring.keys(), again.madeAt]).toEqual([first.ring.keys(), undefined]);
});

test("processes that start together use one key, and leave no other file", async () => {
  const dataDir = await aFolder();
  const loaded = await Promise.all(Array.from({ length: 20 }, () => loadMasterKeys({ ...NONE, dataDir })));
  expect(new Set(loaded.map(({ ring }) => ring.keys()[0]?.toString("hex"))).size).toBe(1);
  expect(loaded.filter(({ madeAt }) => madeAt)).toHaveLength(1);
  expect(await readdir(dataDir)).toEqual(["master.key"]);
});

test("a new key becomes the first one, a loaded ring sees it after a reload, and the other keys can be removed", async () => {
  const dataDir = await aFolder();
  const { ring, file = "" } = await loadMasterKeys({ ...NONE, dataDir });
  const [old] = ring.keys();
  const added = await addMasterKey(file);
  expect(ring.keys()).toEqual([old]);
  ring.reload?.();
  expect(ring.keys()).toEqual([added, old]);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await forgetOldKeys(file);
  ring.reload?.();
  expect(ring.keys()).toEqual([added]);
  await rm(file);
  ring.reload?.();
  expect(ring.keys()).toEqual([added]);
  expect(await readdir(dataDir)).toEqual([]);
});

test.runIf(process.getuid?.() === 0)("a key that root makes or adds belongs to the owner of the folder", async () => {
  const dataDir = await aFolder();
  await chown(dataDir, NOBODY, NOBODY);
  const { file = "" } = await loadMasterKeys({ ...NONE, dataDir });
  const ownerOf = async () => [(await stat(file)).uid, (await stat(file)).mode & 0o777];
  expect(await ownerOf()).toEqual([NOBODY, 0o600]);
  await addMasterKey(file);
  expect(await ownerOf()).toEqual([NOBODY, 0o600]);
});

test("a file without a valid key is refused in one line, and is not changed", async () => {
  const dataDir = await aFolder();
  await writeFile(join(dataDir, "master.key"), "short");
  await expect(loadMasterKeys({ masterKeys: undefined, dataDir })).rejects.toThrow("does not hold a master key");
  expect(await readFile(join(dataDir, "master.key"), "utf8")).toBe("short");
});
