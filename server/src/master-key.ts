/** The key that seals stored secrets: from the settings, or made once in the data folder. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type Config, ConfigError } from "./config.ts";

const KEY_BYTES = 32;
const FILE = "master.key";

export interface MasterKey {
  key: Buffer;
  /** Where it was made just now; absent when it was there before. */
  madeAt?: string;
}

export async function loadMasterKey({ masterKey, dataDir }: Pick<Config, "masterKey" | "dataDir">): Promise<MasterKey> {
  if (masterKey) return { key: masterKey };
  const file = join(dataDir, FILE);
  const known = await readKey(file);
  if (known) return { key: known };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const isOurs = await makeFile(file, `${randomBytes(KEY_BYTES).toString("base64")}\n`);
  const key = await readKey(file);
  if (!key) throw new ConfigError(`The master key ${file} was there and is gone.`);
  return isOurs ? { key, madeAt: file } : { key };
}

async function readKey(file: string): Promise<Buffer | undefined> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new ConfigError(`The master key cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  });
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), "base64");
  if (key.length === KEY_BYTES) return key;
  throw new ConfigError(
    `${file} does not hold a master key of ${KEY_BYTES} bytes. Put the right one back from a backup.`,
  );
}

/** The file appears whole or not at all, and the first of several processes makes it. Answers whether it was us. */
async function makeFile(file: string, text: string): Promise<boolean> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await handle.close();
    await unlink(draft);
  }
}
