/** `bailiwick doctor`: looks for what keeps a server from working. Starts nothing and changes nothing. */
import { stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { migrationsFolder, readMigrations } from "../../db/migrate.ts";
import type { Config, Environment } from "../../runtime/config.ts";
import { MASTER_KEY_FILE } from "../../runtime/master-key.ts";
import { VERSION } from "../../version.ts";
import {
  clockFinding,
  type DatabaseLook,
  migrationsFinding,
  postgresFinding,
  readDatabase,
  roleFinding,
} from "./database.ts";
import { type Finding, findingsText, isSound } from "./finding.ts";
import { folderFinding, readFolder } from "./folder.ts";
import { diskFinding, nodeFinding, readSettings, settingsFinding } from "./machine.ts";
import { keyFinding, openInstallation, readMasterKey, type Sealed } from "./master-key.ts";
import { clientFinding, mailFinding, portFinding, publicFinding, readAnswer, readMail, readPort } from "./outside.ts";

/** Prints the findings. Returns false when a check failed. */
export async function runDoctor(env: Environment, json: boolean): Promise<boolean> {
  const checks = await examine(env);
  const isFit = isSound(checks);
  console.log(json ? JSON.stringify({ version: VERSION, ok: isFit, checks }, null, 2) : findingsText(checks));
  return isFit;
}

/** `nowMs` is the clock of this machine. */
export async function examine(env: Environment, nowMs: () => number = Date.now): Promise<Finding[]> {
  const settings = readSettings(env);
  const first = [settingsFinding(settings), nodeFinding(process.versions.node)];
  const { config } = settings;
  return config
    ? [...first, ...(await examineInstallation(config, env.BAILIWICK_URL?.trim() || undefined, nowMs))]
    : first;
}

async function examineInstallation(
  config: Config,
  clientUrl: string | undefined,
  nowMs: () => number,
): Promise<Finding[]> {
  const { dataDir, databaseUrl, publicUrl } = config;
  const [folder, key, database, port, atPublic, atClient, mail, noted, figures] = await Promise.all([
    readFolder(config),
    readMasterKey(config),
    readDatabase(config, nowMs),
    readPort(config),
    publicUrl === undefined ? undefined : readAnswer(publicUrl),
    clientUrl === undefined ? undefined : readAnswer(clientUrl),
    readMail(config),
    latestTime(dataDir),
    readSpace(dataDir),
  ]);
  const installation = openInstallation(key.keys, database.state?.installed);
  return [
    folderFinding(folder),
    keyFinding(key, sealedOf(database)),
    postgresFinding(database),
    roleFinding(database),
    migrationsFinding(database, readMigrations(migrationsFolder()).length),
    clockFinding(database, noted, nowMs()),
    portFinding(port, installation, process.getuid?.() === 0),
    publicFinding(config, port.answer, atPublic),
    clientFinding(clientUrl, atClient),
    mailFinding(mail),
    diskFinding(figures, databaseUrl === undefined),
  ];
}

/** The cluster may be on a disk of its own. */
async function readSpace(dataDir: string) {
  const ofFolder = () => statfs(dataDir).catch(() => undefined);
  return statfs(join(dataDir, "postgres", "cluster")).catch(ofFolder);
}

function sealedOf({ state, own, fault }: DatabaseLook): Sealed {
  if (state) return state.installed ?? "none";
  return own?.major === undefined && fault === undefined ? "none" : "unread";
}

/** Returns the latest time at which a file of the data folder was written; undefined without such a file. */
async function latestTime(dataDir: string): Promise<number | undefined> {
  const names = [MASTER_KEY_FILE, "postgres.log", "postgres/cluster/postmaster.pid"];
  const found = await Promise.all(names.map((name) => stat(join(dataDir, name)).catch(() => undefined)));
  const times = found.flatMap((status) => (status ? [status.mtimeMs] : []));
  return times.length === 0 ? undefined : Math.max(...times);
}
