/** The inputs of the commands as data, for forms that are drawn from them. */
import type { Operation } from "../../kernel/operation.ts";
import { isServed } from "../served.ts";
import { plain } from "./shape-names.ts";

const HEAD = `// Printed from the list of operations by \`npm run generate\`. Do not edit.
import type { InputSchema } from "./input-schema.ts";

/** What each command takes, as JSON Schema, by the name of the operation. */
export const INPUTS = `;

export function printInputs(all: readonly Operation[]): string {
  const commands = all.filter((operation) => isServed(operation) && operation.kind !== "query");
  const sorted = [...commands].sort((a, b) => (a.name < b.name ? -1 : 1));
  const inputs = Object.fromEntries(sorted.map(({ name, input }) => [name, plain(input)]));
  return `${HEAD}${JSON.stringify(inputs, null, 2)} as const satisfies Record<string, InputSchema>;\n`;
}
