/** Where the built dashboard lies: beside the bundle, and where that goes when the server runs from its sources. */
import { fileURLToPath } from "node:url";

export function webFolder(): string {
  const isBundle = import.meta.url.endsWith(".js");
  return fileURLToPath(new URL(isBundle ? "./web" : "../../dist/web", import.meta.url));
}
