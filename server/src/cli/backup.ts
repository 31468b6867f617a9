/** `bailiwick backup` and `bailiwick restore`. */
import { resolve } from "node:path";
import { backup } from "../db/backup.ts";
import { migrationsFolder, readMigrations } from "../db/migrate.ts";
import { restore } from "../db/restore.ts";
import type { Config } from "../runtime/config.ts";
import { openDatabase } from "./database.ts";
import { progressLine } from "./show.ts";

const number = (value: number) => value.toLocaleString("en");

export async function runBackup(config: Config, file: string, overwrite: boolean): Promise<void> {
  const database = await openDatabase(config);
  const progress = progressLine("Saving");
  try {
    const client = await database.connect();
    const { signal } = untilInterrupted();
    const onProgress = progress.show;
    const { rows, tables, bytes } = await backup({ client, file: resolve(file), overwrite, onProgress, signal });
    progress.end();
    console.log(`Saved ${number(rows)} rows of ${tables} tables to ${file} (${number(bytes)} bytes).`);
    console.log("Keep the master key in another place. Without it the stored secrets of this backup cannot be opened.");
  } finally {
    progress.end();
    await database.close();
  }
}

function untilInterrupted(): AbortController {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  return stop;
}

export async function runRestore(config: Config, file: string): Promise<void> {
  const database = await openDatabase(config, "may make");
  const progress = progressLine("Restoring");
  try {
    const client = await database.connect();
    const migrations = readMigrations(migrationsFolder());
    const onProgress = progress.show;
    const { rows, tables, created_at } = await restore({ client, file: resolve(file), migrations, onProgress });
    progress.end();
    console.log(`Restored ${number(rows)} rows of ${tables} tables, as they were at ${created_at}.`);
    console.log(
      "Start the server with the master key of that time: set BAILIWICK_MASTER_KEY, or put master.key into the data folder.",
    );
  } finally {
    progress.end();
    await database.close();
  }
}
