/** The inputs of the commands as data, for forms that are drawn from them. */
import type { Operation } from "../../kernel/operation.ts";
import { isServed } from "../served.ts";
import { jsonText } from "./json-text.ts";
import { pascal, plain } from "./shapes.ts";
import { constantName } from "./values.ts";

const HEAD = `// Printed from the list of operations by \`npm run generate\`. Do not edit.
// The input of each command, as JSON Schema. Each is an export of its own, so that a bundle holds only those that it uses.
import type { InputSchema } from "../input-schema.ts";

export type { FieldSchema, InputSchema } from "../input-schema.ts";
`;

export function printInputs(all: readonly Operation[]): string {
  const commands = all.filter((operation) => isServed(operation) && operation.kind !== "query");
  const sorted = commands.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const texts = sorted.map(({ name, input }) => {
    const start = `export const ${constantName(pascal(name))}_INPUT = `;
    return `${start}${jsonText(plain(input), "", start.length)} as const satisfies InputSchema;\n`;
  });
  return [HEAD, ...texts].join("\n");
}
