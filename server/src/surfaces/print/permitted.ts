/** The SDK's tables of permissions and steps, so that a dashboard shows what is allowed without rules of its own. */
import { jsonText } from "./json-text.ts";
import { pascal } from "./shapes.ts";

const HEAD = "// Printed from the step tables and the table of permissions by `npm run generate`. Do not edit.";

interface Permitted {
  steps: readonly {
    name: string;
    steps: Readonly<Record<string, { from: readonly string[]; by?: readonly string[] }>>;
  }[];
  /** The roles of each permission, the highest role first. */
  permissions: readonly { permission: string; roles: readonly string[] }[];
  operations: readonly { kind: string; permission?: string }[];
}

export function printPermitted({ steps, permissions, operations }: Permitted): string {
  const lowest = permissions.map(({ permission, roles }) => [permission, roles.at(-1) ?? null]);
  const tables = steps.map(({ name, steps: table }) => {
    const rows = Object.entries(table).map(([step, { from, by }]) => [step, { from, ...(by && { by }) }]);
    const text = constant(
      "The states that each step may start from, and who may take it.",
      name,
      Object.fromEntries(rows),
    );
    return `${text}\nexport type ${pascal(name.toLowerCase()).replace(/s$/, "")} = keyof typeof ${name};\n`;
  });
  const roles = constant(
    "The lowest role with each permission. Null when no role has it.",
    "PERMISSION_ROLES",
    Object.fromEntries(lowest),
  );
  const needed = new Set(operations.map(({ permission }) => permission));
  const used = permissions.map(({ permission }) => permission).filter((permission) => needed.has(permission));
  const uses = `/** The permissions that an operation of this server needs. */\nexport const USED_PERMISSIONS = ${jsonText(used)} as const;\n`;
  return [HEAD, "", roles, "export type PermissionName = keyof typeof PERMISSION_ROLES;\n", uses, ...tables].join("\n");
}

function constant(comment: string, name: string, value: object): string {
  const rows = Object.entries(value).map(([key, row]) => `  ${JSON.stringify(key)}: ${jsonText(row)}`);
  return `/** ${comment} */\nexport const ${name} = {\n${rows.join(",\n")}\n} as const;\n`;
}
