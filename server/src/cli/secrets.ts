/** `bailiwick secrets`: the operator's commands for the keys that seal stored secrets. */
import type pg from "pg";
import { resealSecrets } from "../agents/index.ts";
import { countSealed, listHolders, resealFingerprintKey, takeRotation } from "../db/sealed.ts";
import { systemActor } from "../kernel/actor.ts";
import type { Config } from "../runtime/config.ts";
import { addMasterKey, forgetOldKeys, loadMasterKeys } from "../runtime/master-key.ts";
import { keyIdOf } from "../runtime/secret-box.ts";
import { openDatabase } from "./database.ts";
import { UsageError } from "./failure.ts";
import { localRequest, withApp } from "./local.ts";

/**
 * Makes a new master key where the data folder holds it, and seals everything anew under the first one. It may be
 * stopped and run again at any point.
 */
export async function runRotateSecrets(config: Config): Promise<void> {
  const { file, ring } = await loadMasterKeys(config);
  await withConnection(config, async (connection) => {
    if (!(await takeRotation(connection))) throw new UsageError("Another rotation is running.");
    // A first start that nobody has made yet stores what is to be sealed anew.
    await withApp(config, async () => undefined);
    if (file) {
      console.log(`A new master key is the first one in ${file}: ${keyIdOf(await addMasterKey(file))}.`);
    } else if (ring.keys().length < 2) {
      throw new UsageError(
        "There is one master key, and it comes from the settings. Put a new one in front of it, with a comma between, " +
          "in BAILIWICK_MASTER_KEY or the file it names, on every machine; restart the servers; then run this again.",
      );
    }
    const resealed = await resealAll(config, connection);
    console.log(`${resealed} values were sealed anew.`);
    const where = file ?? "the settings";
    console.log(
      `Older keys stay in ${where}: backups made before need them. \`bailiwick secrets status\` shows their use.`,
    );
  });
}

/** How many values each key has sealed, and whether this server has that key. */
export async function runShowSecrets(config: Config): Promise<void> {
  const { ring } = await loadMasterKeys(config);
  const known = ring.keys().map(keyIdOf);
  await withConnection(config, async (connection) => {
    const counts = await countSealed(connection);
    const ids = [...new Set([...known, ...counts.map(({ key_id }) => key_id)])].filter((id) => id !== "");
    for (const id of ids) {
      const { values } = counts.find(({ key_id }) => key_id === id) ?? { values: 0 };
      const state =
        id === known[0] ? "seals now" : known.includes(id) ? "opens" : "MISSING: nothing of it can be opened";
      console.log(`${id}  ${String(values).padStart(8)} values  ${state}`);
    }
  });
}

export async function runForgetOldKeys(config: Config): Promise<void> {
  const { ring, file } = await loadMasterKeys(config);
  if (!file) throw new UsageError("The master keys come from the settings; take the older ones out there.");
  const [current] = ring.keys().map(keyIdOf);
  await withConnection(config, async (connection) => {
    const needed = (await countSealed(connection)).filter(({ key_id }) => key_id !== current);
    if (needed.length > 0) {
      throw new UsageError(
        `${needed.reduce((sum, { values }) => sum + values, 0)} values are sealed by older keys. Run \`bailiwick secrets rotate\` first.`,
      );
    }
  });
  await forgetOldKeys(file);
  console.log(`${file} holds one key, ${current}. Backups made before the last rotation need the keys that are gone.`);
}

async function resealAll(config: Config, connection: pg.Client): Promise<number> {
  return withApp(config, async ({ dispatcher, env, signals }) => {
    // Running servers read the keys again.
    signals.credentialsChanged("all");
    let resealed = (await resealFingerprintKey(connection, env.secrets)) ? 1 : 0;
    const workspaces = await listHolders(connection, env.secrets.keyId);
    for (const [index, workspace] of workspaces.entries()) {
      for (let batch = 1; batch > 0; resealed += batch) {
        const actor = systemActor("operator", workspace);
        const { output } = await dispatcher.dispatch(resealSecrets, actor, { input: {}, request: localRequest() });
        // The dispatcher answers what the operation's output says.
        batch = (output as { resealed: number }).resealed;
      }
      console.log(`${index + 1} of ${workspaces.length} workspaces`);
    }
    return resealed;
  });
}

/** As the login role, beside whatever runs. */
async function withConnection(config: Config, work: (connection: pg.Client) => Promise<void>): Promise<void> {
  const database = await openDatabase(config);
  try {
    await work(await database.connect());
  } finally {
    await database.close();
  }
}
