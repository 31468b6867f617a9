/** The Python client in one file: its parts, then the routes of all operations. */
import type { Operation } from "../../kernel/operation.ts";
import { isServed } from "../served.ts";

/** The parts in `sdk/python`, in their order in the file. */
export const PYTHON_PARTS = ["client.py", "documents.py", "worker.py"] as const;

/** A part after the first begins with the import of the part before it. */
const IMPORT = /^[\s\S]*?^from \w+ import \*.*\n/m;

export function printPython(parts: readonly string[], all: readonly Operation[]): string {
  const [first = "", ...rest] = parts;
  const texts = [first, ...rest.map((part) => part.replace(IMPORT, ""))].map((text) => text.trim());
  const routes = all
    .filter(isServed)
    .map(({ name, route }) => `    "${name}": "${route}",`)
    .sort();
  const table = ["# Printed from the list of operations by `npm run generate`.", "ROUTES = {", ...routes, "}"].join(
    "\n",
  );
  return `${[...texts, table].join("\n\n\n")}\n`;
}
