/** The check of the master key: it is there, closed to others, and opens the stored secrets. */
import { stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { codeOf } from "../../db/embedded/error.ts";
import type { InstalledState } from "../../db/inspect.ts";
import { openFingerprintKey } from "../../db/sealed.ts";
import type { Config } from "../../runtime/config.ts";
import { loadMasterKeys, MASTER_KEY_FILE } from "../../runtime/master-key.ts";
import { createSecretBox, keyIdOf } from "../../runtime/secret-box.ts";
import { installationOf } from "../../start/secrets.ts";
import { type Finding, findingsOf, reasonOf } from "./finding.ts";

export interface KeyState {
  /** The file of the keys, or the setting that holds them. */
  from: string;
  /** The mode of the file. */
  mode: number | undefined;
  /** The owners of the file and of the data folder that holds it, when they differ. */
  owners?: readonly [number, number];
  /** Empty when there is no key. The first key seals. */
  keys: readonly Buffer[];
  /** Why the keys cannot be read. */
  fault?: string;
}

export async function readMasterKey(config: Config): Promise<KeyState> {
  const { masterKeys, masterKeyFile, dataDir } = config;
  const file = masterKeyFile ?? (masterKeys ? undefined : join(dataDir, MASTER_KEY_FILE));
  if (file === undefined) return { from: "BAILIWICK_MASTER_KEY", mode: undefined, keys: masterKeys ?? [] };
  const about = { from: file, mode: undefined, keys: [] };
  try {
    const [{ mode, uid }, folder] = await Promise.all([stat(file), stat(dirname(file))]);
    const isForeign = masterKeyFile === undefined && uid !== folder.uid;
    return {
      ...about,
      mode,
      ...(isForeign && { owners: [uid, folder.uid] as const }),
      keys: (await loadMasterKeys(config, "which is not there")).ring.keys(),
    };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return about;
    return { ...about, fault: reasonOf(error) };
  }
}

/** Returns the name of the installation; undefined when the keys do not open what the database has. */
export function openInstallation(
  keys: readonly Buffer[],
  installed: Pick<InstalledState, "sealedFingerprintKey"> | undefined,
): string | undefined {
  const sealed = installed?.sealedFingerprintKey;
  if (!sealed || keys.length === 0) return undefined;
  const ring = { keys: () => keys };
  try {
    const key = openFingerprintKey(createSecretBox(ring), sealed);
    return installationOf(createSecretBox(ring, Buffer.from(key, "base64")));
  } catch {
    return undefined;
  }
}

/** The database of the installation: its state, or `none` before the first start, or `unread`. */
export type Sealed = InstalledState | "none" | "unread";

const OPEN_TO_OTHERS = 0o077;
const PUT_BACK = "Put the key back from your copy, or set BAILIWICK_MASTER_KEY.";

export function keyFinding({ from, mode, keys, fault, owners }: KeyState, database: Sealed): Finding {
  const { ok, warning, failed, skipped } = findingsOf("master key");
  if (fault !== undefined)
    return failed(`The master key cannot be read: ${fault}.`, "Run this as its owner or as root.");
  const sealed = typeof database === "string" ? undefined : database;
  const isUsed = database === "unread" || (sealed?.sealedFingerprintKey ?? "") !== "";
  if (keys.length === 0) {
    if (isUsed) return failed(`There is no master key in ${from}, and the database exists already.`, PUT_BACK);
    return skipped(`There is no master key in ${from} yet. The first start makes it.`);
  }
  if (sealed && isUsed && openInstallation(keys, sealed) === undefined)
    return failed(`The master key in ${from} does not fit this database.`, PUT_BACK);
  const lost = lostKeys(keys, sealed);
  if (lost !== "") return failed(`Stored secrets cannot be opened: ${lost}.`, `Add these master keys to ${from}.`);
  if (mode !== undefined && mode & OPEN_TO_OTHERS)
    return warning(`Other users may read ${from}.`, `Run: chmod 600 ${from}`);
  if (owners) {
    const text = `${from} belongs to user ${owners[0]}, and its folder to user ${owners[1]}.`;
    return warning(text, `If that user runs the server, run as root: chown ${owners[1]} ${from}`);
  }
  if (!sealed) return skipped(`The master key is in ${from}. No secret was opened, because no database was read.`);
  return ok(`The master key in ${from} opens the stored secrets.`);
}

function lostKeys(keys: readonly Buffer[], sealed: InstalledState | undefined): string {
  const known = keys.map(keyIdOf);
  const lost = (sealed?.sealed ?? []).filter(({ key_id }) => key_id !== "" && !known.includes(key_id));
  return lost.map(({ key_id, values }) => `${values} are sealed with ${key_id}`).join(", ");
}
