/** The keys that seal stored secrets: from the settings, or kept in a file of the data folder. The first one seals. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, mkdir, open, readFile, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Config, ConfigError } from "./config.ts";
import type { KeyRing } from "./secret-box.ts";

const KEY_BYTES = 32;
const FILE = "master.key";

export interface MasterKeys {
  ring: KeyRing;
  /** The file that holds them, unless the settings do. */
  file?: string;
  /** Where it was made just now; absent when it was there before. */
  madeAt?: string;
}

type Settings = Pick<Config, "masterKeys" | "dataDir">;

export async function loadMasterKeys({ masterKeys, dataDir }: Settings): Promise<MasterKeys> {
  if (masterKeys) return { ring: { keys: () => masterKeys } };
  const file = join(dataDir, FILE);
  if (await isThere(file)) return { ring: ringOf(file), file };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const isOurs = await makeFile(file, textOf([randomBytes(KEY_BYTES)]));
  return { ring: ringOf(file), file, ...(isOurs && { madeAt: file }) };
}

/** Puts a new key in front of those in the file. Answers the new one. */
export async function addMasterKey(file: string): Promise<Buffer> {
  const key = randomBytes(KEY_BYTES);
  await replaceFile(file, textOf([key, ...readKeys(file)]));
  return key;
}

/** Leaves only the first key in the file. */
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
        // Those that are known still open what they sealed; what they do not open says so.
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
    `${file} does not hold a master key of ${KEY_BYTES} bytes. Put the right one back from a backup.`,
  );
}

async function isThere(file: string): Promise<boolean> {
  return readFile(file).then(
    () => true,
    // Whatever else keeps it from being read is said when it is read.
    (error: unknown) => !(error instanceof Error && "code" in error && error.code === "ENOENT"),
  );
}

/** The file appears whole or not at all, and the first of several processes makes it. Answers whether it was us. */
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

/** At every moment there is the old file or the new one, whole. */
async function replaceFile(file: string, text: string): Promise<void> {
  await rename(await writeDraft(file, text), file);
}

async function writeDraft(file: string, text: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}
