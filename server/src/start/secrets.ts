/** Opens the secret box of this installation. The database must be running. */
import type pg from "pg";
import { hasSealed, openFingerprintKey, storedFingerprintKey } from "../db/sealed.ts";
import type { SecretBox } from "../kernel/environment.ts";
import { type Config, ConfigError } from "../runtime/config.ts";
import { loadMasterKeys, type MasterKeys } from "../runtime/master-key.ts";
import { createSecretBox, deriveFingerprintKey } from "../runtime/secret-box.ts";

export interface OpenedSecrets extends MasterKeys {
  box: SecretBox;
}

const INSTALLATION_LENGTH = 16;

/** Returns a name that all servers of one database share, and that reveals nothing of their keys. */
export function installationOf(box: Pick<SecretBox, "fingerprint">): string {
  return box.fingerprint("installation").slice(0, INSTALLATION_LENGTH);
}

/** Throws at the start of the server when the master keys are not those of this database. */
export async function openSecrets(config: Config, database: pg.Pool): Promise<OpenedSecrets> {
  // A new key in the place of a lost one could open nothing, and would hide that the old one is missing.
  const isUsed = await hasSealed(database);
  const keys = await loadMasterKeys(
    config,
    isUsed ? "and this database has secrets that a master key sealed" : undefined,
  );
  const [current] = keys.ring.keys();
  const box = createSecretBox(keys.ring);
  const own = current ? deriveFingerprintKey(current).toString("base64") : "";
  const sealed = await storedFingerprintKey(database, box, own);
  return { ...keys, box: createSecretBox(keys.ring, Buffer.from(opened(box, sealed), "base64")) };
}

function opened(box: SecretBox, sealed: string): string {
  try {
    return openFingerprintKey(box, sealed);
  } catch (error) {
    throw new ConfigError(
      `The master key does not fit this database. ${error instanceof Error ? error.message : String(error)} ` +
        "Set BAILIWICK_MASTER_KEY or restore master.key in the data folder: the key that the data was written with.",
    );
  }
}
