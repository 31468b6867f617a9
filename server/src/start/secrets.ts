/** Opens the secret box of this installation. The database must be running. */
import type pg from "pg";
import { hasSealed, openFingerprintKey, readSealingKey, sealingKeyIn, storedFingerprintKey } from "../db/sealed.ts";
import type { ServerKeys } from "../db/server-name.ts";
import { isOldSeal } from "../kernel/db/errors.ts";
import type { SecretBox } from "../kernel/environment.ts";
import type { Whose } from "../kernel/signals.ts";
import { type Config, ConfigError } from "../runtime/config.ts";
import type { Logger } from "../runtime/log.ts";
import { loadMasterKeys, type MasterKeys } from "../runtime/master-key.ts";
import { createSecretBox, deriveFingerprintKey, type InstallationBox, keyIdOf } from "../runtime/secret-box.ts";

export interface OpenedSecrets extends MasterKeys {
  box: InstallationBox;
  /** Reads the keys again, and which of them seals. Until that succeeds, the database refuses values of an old key. */
  refresh(): Promise<void>;
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
  const first = createSecretBox(keys.ring);
  const own = current ? deriveFingerprintKey(current).toString("base64") : "";
  const sealed = await storedFingerprintKey(database, first, own);
  const box = createSecretBox(keys.ring, Buffer.from(opened(first, sealed), "base64"));
  const useKey = (id: string | undefined) => id && box.sealWith(id);
  useKey(sealingKeyIn(sealed));
  return {
    ...keys,
    box,
    async refresh() {
      keys.ring.reload?.();
      useKey(await readSealingKey(database));
    },
  };
}

/** Shows the keys of this process to others, and reads the keys again when another process has changed them. */
export function followKeys({ ring, refresh }: OpenedSecrets, log: Logger) {
  const follow = () =>
    void refresh().catch((error: unknown) => log.debug({ err: error }, "The master keys were not read again."));
  return {
    current: (): ServerKeys => ({ ids: ring.keys().map(keyIdOf), isFixed: ring.reload === undefined }),
    noteError(error: unknown): void {
      if (isOldSeal(error)) follow();
    },
    /** A change of the master keys arrives as a change of all credentials. */
    noteChange(whose: Whose): void {
      if (whose === "all") follow();
    },
  };
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
