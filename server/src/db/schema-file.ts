/** The text of `schema.sql`. A digest in its head shows without a database that the file is fresh. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Migration } from "./migrate.ts";

const HEAD =
  "-- Printed from the database by `npm run generate`, to be read and compared; the migrations make it. Do not edit.\n";

export function schemaFile(schema: string, migrations: readonly Migration[]): string {
  return `${HEAD}-- Digest of the migrations and of this text: ${digest(schema, migrations)}\n\n\n${schema}`;
}

/** Returns true when the file was printed from these migrations and not edited. `schema.test.ts` proves the content. */
export function isSchemaFresh(file: string, migrations: readonly Migration[]): boolean {
  const [, schema = ""] = file.split(/\n\n\n(.*)/s);
  return file === schemaFile(schema, migrations);
}

/** The digest includes the code that describes the schema, because a change of it may change the text. */
function digest(schema: string, migrations: readonly Migration[]): string {
  const describer = readFileSync(new URL("./schema.ts", import.meta.url), "utf8");
  const parts = [describer, schema, ...migrations.flatMap(({ name, sql }) => [name, sql])];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
