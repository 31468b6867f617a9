/** The folder of the migrations, which is next to this file in the sources and next to the bundle after a build. */
import { fileURLToPath } from "node:url";

export function migrationsFolder(): string {
  return fileURLToPath(new URL("./migrations", import.meta.url));
}
