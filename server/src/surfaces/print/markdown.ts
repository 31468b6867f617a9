/** The reference as a document: every operation, its ways in, its fields and its failures. */
import type { Operation } from "../../kernel/operation.ts";
import { PROBLEM_STATUS } from "../../kernel/problem.ts";
import { methodOf, pathOf } from "../route.ts";
import { isServed } from "../served.ts";
import { type PrintedPermission, permissionsMarkdown } from "./permission-table.ts";
import { camel, namedShapes, plain } from "./shape-names.ts";
import { bodyText, fieldsOf, type Schema, typeText } from "./typescript.ts";

const HEAD = `# Reference

Printed from the list of operations by \`npm run generate\`. Do not edit.

Every operation is one route of the HTTP interface, one function of the SDK, one name for \`bailiwick call\` and, where an agent's
key permits it, one MCP tool of the same name with underscores. Send \`Authorization: Bearer <key>\` and JSON. Commands take an
\`Idempotency-Key\`: the same key and input run once. Times are ISO 8601 in UTC, ids are UUIDs, money is in US dollars.
`;

export function printReference(all: readonly Operation[], permissions: readonly PrintedPermission[]): string {
  const operations = all.filter(isServed).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const shapes = namedShapes(operations);
  const nameOf = (schema: Schema) => shapes.get(JSON.stringify(schema))?.name;
  const areas = [...new Set(operations.map(areaOf))];
  const contents = areas.map((area) => `- [${area}](#${area}): ${links(operations, area)}`);
  const sections = areas.flatMap((area) => [
    `## ${area}`,
    ...operations.filter((operation) => areaOf(operation) === area).map((operation) => section(operation, nameOf)),
  ]);
  const types = [...shapes.values()]
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, schema }) => `### ${name}\n\n${code(bodyText(schema, { nameOf, isInput: false }))}`);
  const ends = ["## Shapes", ...types, permissionsMarkdown(permissions), problems()];
  return `${[HEAD, contents.join("\n"), ...sections, ...ends].join("\n\n")}\n`;
}

function areaOf({ name }: Operation): string {
  return name.split(".")[0] ?? name;
}

function links(operations: readonly Operation[], area: string): string {
  return operations
    .filter((operation) => areaOf(operation) === area)
    .map(({ name }) => `[${name}](#${anchor(name)})`)
    .join(", ");
}

/** As the usual renderers of Markdown make it from a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(".", "");
}

type NameOf = (schema: Schema) => string | undefined;

function section(operation: Operation, nameOf: NameOf): string {
  const { name, summary, description, route, aliases = [], status = 200, problems } = operation;
  const ways = [route, ...aliases].map((way) => `\`${methodOf(way)} /api${pathOf(way)}\``).join(", ");
  const permission = operation.kind === "public" ? "None" : `\`${operation.permission}\``;
  const output = typeText(plain(operation.output), { nameOf, isInput: false });
  const shown = nameOf(plain(operation.output)) ? `[${output}](#${anchor(output)})` : "";
  return [
    `### ${name}`,
    [summary, description].filter((text) => text !== undefined).join("\n\n"),
    `${ways} · SDK \`client.${name.split(".").map(camel).join(".")}\` · permission: ${permission}`,
    inputTable(plain(operation.input), nameOf),
    shown ? `Answers ${status} with ${shown}.` : `Answers ${status} with:\n\n${code(output)}`,
    problems.length > 0 ? `Refused with ${problems.map((problem) => `\`${problem}\``).join(", ")}.` : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function inputTable(input: Schema, nameOf: NameOf): string {
  const fields = fieldsOf(input);
  if (fields.length === 0) return "Takes no fields.";
  const rows = fields.map(({ name, schema, isRequired }) => {
    const type = typeText(schema, { nameOf, isInput: false }).replaceAll(/\s+/g, " ").trim();
    return `| \`${name}\`${isRequired ? "" : "?"} | \`${type.replaceAll("|", "\\|")}\` | ${limits(schema)} |`;
  });
  return ["| field | type | |", "| --- | --- | --- |", ...rows].join("\n");
}

const LIMITS: Readonly<Record<string, (value: string) => string>> = {
  description: (value) => value,
  default: (value) => `Default ${value}.`,
  minimum: (value) => `At least ${value}.`,
  maximum: (value) => `At most ${value}.`,
  maxLength: (value) => `At most ${value} characters.`,
  maxItems: (value) => `At most ${value}.`,
};

function limits(schema: Schema): string {
  // A field that may be null has its limits one level below.
  const [inner = {}] = Array.isArray(schema.anyOf) ? schema.anyOf : [];
  const known: Schema = { ...inner, ...schema };
  const said = Object.entries(LIMITS).flatMap(([keyword, say]) => {
    const value = known[keyword];
    // Ids and times have their length by their form.
    if (value === undefined || (keyword === "maxLength" && known.format !== undefined)) return [];
    return say(typeof value === "string" ? value : JSON.stringify(value));
  });
  return said.join(" ").replaceAll("|", "\\|").replaceAll("\n", " ");
}

function code(text: string): string {
  return `\`\`\`ts\n${text.replace(/^\n/, "")}\n\`\`\``;
}

function problems(): string {
  const rows = Object.entries(PROBLEM_STATUS).map(([name, status]) => `| \`${name}\` | ${status} |`);
  return ["## Problems", "| code | status |\n| --- | --- |", ...rows]
    .join("\n")
    .replace("## Problems\n", "## Problems\n\n");
}
