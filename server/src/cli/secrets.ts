/** `bailiwick secrets`: the operator's commands for the keys that seal stored secrets. */
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { resealSecrets } from "../agents/index.ts";
import {
  countSealed,
  listHolders,
  listServers,
  readSealingKey,
  resealFingerprintKey,
  takeRotation,
} from "../db/sealed.ts";
import { systemActor } from "../kernel/actor.ts";
import type { Config } from "../runtime/config.ts";
import { addMasterKey, forgetOldKeys, loadMasterKeys } from "../runtime/master-key.ts";
import { keyIdOf } from "../runtime/secret-box.ts";
import { openDatabase } from "./database.ts";
import { UsageError } from "./failure.ts";
import { localRequest, withApp } from "./local.ts";

const NO_KEY = "so no secret can be opened";
/** Running servers read a new key in this time, or they cannot reach it. */
const SERVERS_MS_MAX = 15_000;
const SERVERS_AGAIN_MS = 200;

/**
 * Adds a new master key if the data folder holds the keys, waits until every running server has it, and seals all values
 * again with it. The command may be stopped at any point and run again.
 */
export async function runRotateSecrets(config: Config, serversMs = SERVERS_MS_MAX): Promise<void> {
  await withConnection(config, async (connection) => {
    const { file, ring } = await loadMasterKeys(config, NO_KEY);
    if (!(await takeRotation(connection))) throw new UsageError("Another rotation is running.");
    // On a database that no server has used yet this stores the key of fingerprints, which is sealed again below.
    await withApp(config, async () => undefined);
    if (file) await addKey(connection, file, ring.keys().map(keyIdOf)[0]);
    else if (ring.keys().length < 2) {
      throw new UsageError(
        "There is only one master key, and it comes from the settings. On every machine put a new key before it, " +
          "separated by a comma, in BAILIWICK_MASTER_KEY or in the file of BAILIWICK_MASTER_KEY_FILE. Restart the " +
          "servers. Then run this command again.",
      );
    }
    const resealed = await resealAll(config, connection, file ? serversMs : 0);
    console.log(`${resealed} values were sealed again.`);
    const where = file ?? "the settings";
    console.log(
      `Older keys stay in ${where}, because earlier backups need them. \`bailiwick secrets status\` shows their use.`,
    );
  });
}

/** Adds a key to the file, unless an interrupted rotation has left one that does not seal yet. */
async function addKey(connection: pg.Client, file: string, first: string | undefined): Promise<void> {
  const fixed = (await listServers(connection)).filter(({ isFixed }) => isFixed);
  if (fixed.length > 0) {
    throw new UsageError(
      `${fixed.length} running servers of this database have their master keys from the settings, and would not get a new key of ` +
        `${file}. Stop them, or give them the keys of ${file} in place of BAILIWICK_MASTER_KEY. Then run this command again.`,
    );
  }
  if (first !== (await readSealingKey(connection))) {
    console.log(`The rotation goes on with the key ${first}.`);
    return;
  }
  console.log(`A new master key was added as the first one in ${file}: ${keyIdOf(await addMasterKey(file))}.`);
}

/** Throws when a running server still lacks the key after the time. Its values could not be opened elsewhere. */
async function requireAllHave(connection: pg.Client, keyId: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  for (;;) {
    const lacking = (await listServers(connection)).filter(({ ids }) => !ids.includes(keyId));
    if (lacking.length === 0) return;
    if (performance.now() >= until) {
      throw new UsageError(
        `${lacking.length} running servers of this database do not have the master key ${keyId}. Give it to them, before their ` +
          "older keys, and restart them, or stop them. Then run this command again; until then the older key seals.",
      );
    }
    await sleep(SERVERS_AGAIN_MS);
  }
}

/** Prints the number of values that each key has sealed, and if this server has that key. */
export async function runShowSecrets(config: Config): Promise<void> {
  await withConnection(config, async (connection) => {
    const { ring } = await loadMasterKeys(config, NO_KEY);
    const known = ring.keys().map(keyIdOf);
    const counts = await countSealed(connection);
    const sealing = (await readSealingKey(connection)) ?? known[0];
    const ids = [...new Set([...known, ...counts.map(({ key_id }) => key_id)])].filter((id) => id !== "");
    for (const id of ids) {
      const { values } = counts.find(({ key_id }) => key_id === id) ?? { values: 0 };
      const state =
        id === sealing ? "seals now" : known.includes(id) ? "opens" : "MISSING: its values cannot be opened";
      console.log(`${id}  ${String(values).padStart(8)} values  ${state}`);
    }
  });
}

export async function runForgetOldKeys(config: Config): Promise<void> {
  await withConnection(config, async (connection) => {
    const { ring, file } = await loadMasterKeys(config, NO_KEY);
    if (!file) throw new UsageError("The master keys come from the settings. Remove the older keys there.");
    const [current] = ring.keys().map(keyIdOf);
    const needed = (await countSealed(connection)).filter(({ key_id }) => key_id !== current);
    if (needed.length > 0) {
      throw new UsageError(
        `${needed.reduce((sum, { values }) => sum + values, 0)} values are sealed by older keys. Run \`bailiwick secrets rotate\` first.`,
      );
    }
    const others = (await listServers(connection)).filter(({ ids }) => !ids.includes(current ?? ""));
    if (others.length > 0) {
      throw new UsageError(
        `${others.length} running servers of this database still seal with another master key. A server reads a changed ` +
          `${file} within some seconds; a server with BAILIWICK_MASTER_KEY or with another file needs the key ${current} first. Then run this command again.`,
      );
    }
    await forgetOldKeys(file);
    console.log(`${file} holds one key, ${current}. Backups from before the last rotation need the removed keys.`);
  });
}

async function resealAll(config: Config, connection: pg.Client, serversMs: number): Promise<number> {
  return withApp(config, async ({ dispatcher, env, signals }, box) => {
    const [first = ""] = (await loadMasterKeys(config, NO_KEY)).ring.keys().map(keyIdOf);
    // This makes running servers read the keys.
    signals.credentialsChanged("all");
    await requireAllHave(connection, first, serversMs);
    box.sealWith(first);
    let resealed = (await resealFingerprintKey(connection, env.secrets)) ? 1 : 0;
    // This makes them seal with the new key.
    signals.credentialsChanged("all");
    const workspaces = await listHolders(connection, env.secrets.keyId);
    for (const [index, workspace] of workspaces.entries()) {
      for (let batch = 1; batch > 0; resealed += batch) {
        const actor = systemActor("operator", workspace);
        const { output } = await dispatcher.dispatch(resealSecrets, actor, { input: {}, request: localRequest() });
        // The dispatcher returns the output of the operation.
        batch = (output as { resealed: number }).resealed;
      }
      console.log(`${index + 1} of ${workspaces.length} workspaces`);
    }
    return resealed;
  });
}

/** Connects as the login role. Servers may run at the same time. */
async function withConnection(config: Config, work: (connection: pg.Client) => Promise<void>): Promise<void> {
  const database = await openDatabase(config);
  try {
    await work(await database.connect());
  } finally {
    await database.close();
  }
}
