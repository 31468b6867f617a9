/** The folder of the built dashboard: next to the bundle, also when the server runs from its sources. */
import { fileURLToPath } from "node:url";

export function webFolder(): string {
  const isBundle = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(isBundle ? "./web" : "../../dist/web", import.meta.url));
}
