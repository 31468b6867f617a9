/** The secret box of this installation, once its database is up. */
import type pg from "pg";
import { openFingerprintKey, storedFingerprintKey } from "../db/sealed.ts";
import type { SecretBox } from "../kernel/environment.ts";
import { type Config, ConfigError } from "../runtime/config.ts";
import { loadMasterKeys, type MasterKeys } from "../runtime/master-key.ts";
import { createSecretBox, deriveFingerprintKey } from "../runtime/secret-box.ts";

export interface OpenedSecrets extends MasterKeys {
  box: SecretBox;
}

/** Throws, before anything is served, when the master keys are not those of this database. */
export async function openSecrets(config: Config, database: pg.Pool): Promise<OpenedSecrets> {
  const keys = await loadMasterKeys(config);
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
        "Set BAILIWICK_MASTER_KEY, or put master.key back into the data folder, as it was when the data was written.",
    );
  }
}
