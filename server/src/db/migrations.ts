/** Where the migrations lie: beside this file in the sources, beside the bundle where it is built. */
import { fileURLToPath } from "node:url";

export function migrationsFolder(): string {
  return fileURLToPath(new URL("./migrations", import.meta.url));
}
