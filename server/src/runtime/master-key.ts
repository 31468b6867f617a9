/** The keys that seal stored secrets, from the settings or from a file in the data folder. The first one seals. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Config, ConfigError } from "./config.ts";
import type { KeyRing } from "./secret-box.ts";

const KEY_BYTES = 32;
export const MASTER_KEY_FILE = "master.key";

export interface MasterKeys {
  ring: KeyRing;
  /** The file that holds the keys; absent when they come from the settings. */
  file?: string;
  /** The path of the file if this start made it. */
  madeAt?: string;
}

type Settings = Pick<Config, "masterKeys" | "dataDir">;

/** Throws `missing` where there is no key; without `missing`, makes one. */
export async function loadMasterKeys({ masterKeys, dataDir }: Settings, missing?: string): Promise<MasterKeys> {
  if (masterKeys) return { ring: { keys: () => masterKeys } };
  const file = join(dataDir, MASTER_KEY_FILE);
  if (await isThere(file)) return { ring: ringOf(file), file };
  if (missing !== undefined) {
    throw new ConfigError(
      `There is no master key in ${file}, ${missing}. Put the file back from your copy, or set BAILIWICK_MASTER_KEY.`,
    );
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const isOurs = await makeFile(file, textOf([randomBytes(KEY_BYTES)]));
  return { ring: ringOf(file), file, ...(isOurs && { madeAt: file }) };
}

/** Adds a new key as the first one of the file. Returns the new key. */
export async function addMasterKey(file: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  await replaceFile(file, textOf([key, ...readKeys(file)]));
  return key;
}

/** Removes all keys but the first from the file. */
export async function forgetOldKeys(file: string): Promise<void> {
  await replaceFile(file, textOf(readKeys(file).slice(0, 1)));
}

function ringOf(file: string): KeyRing {
  let keys = readKeys(file);
  return {
    keys: () => keys,
    reload() {
      try {
        keys = readKeys(file);
      } catch {
        // The known keys stay in use. A value of another key still fails with the id of that key.
      }
    },
  };
}

function textOf(keys: readonly Buffer[]): string {
  return keys.map((key) => `${key.toString("base64")}\n`).join("");
}

function readKeys(file: string): Buffer[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`The master key cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
  const keys = text
    .split(/\s+/)
    .filter((line) => line !== "")
    .map((line) => Buffer.from(line, "base64"));
  if (keys.length > 0 && keys.every((key) => key.length === KEY_BYTES)) return keys;
  throw new ConfigError(
    `${file} does not hold a master key of ${KEY_BYTES} bytes. Restore the right file from a backup.`,
  );
}

async function isThere(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    // Any other error is reported when the file is read.
    (error: unknown) => !(error instanceof Error && "code" in error && error.code === "ENOENT"),
  );
}

/** Makes the file in one step. Returns false when another process made it first. */
async function makeFile(file: string, text: string): Promise<boolean> {
  const draft = await writeDraft(file, text);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await unlink(draft);
  }
}

/** Replaces the file in one step: a reader sees the complete old file or the complete new one. */
async function replaceFile(file: string, text: string): Promise<void> {
  await rename(await writeDraft(file, text), file);
}

async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    // Root keeps the key readable for the user whose folder it is, who runs the server.
    const { uid, gid } = await stat(dirname(file));
    if (process.getuid?.() === 0) await handle.chown(uid, gid);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}
