/** Shapes that several operations share are declared once, under a name a reader would choose. */
import type { Operation } from "../../kernel/operation.ts";
import { fieldsOf, type Schema } from "./typescript.ts";

export interface NamedShape {
  name: string;
  schema: Schema;
}

/** Fewer fields than this read better in place. */
const NAMED_FIELDS_MIN = 3;

export function pascal(text: string): string {
  return text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

export function camel(text: string): string {
  const name = pascal(text);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** As plain JSON, in which two equal shapes are one text. */
export function plain(schema: unknown): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema;
}

interface Use {
  schema: Schema;
  /** Names it could have, the best first. */
  names: string[];
  uses: number;
}

/** The shapes with a `title`, and those used at least twice. */
export function namedShapes(operations: readonly Operation[]): Map<string, NamedShape> {
  const uses = new Map<string, Use>();
  for (const operation of operations) {
    const area = singular(pascal(operation.name.split(".")[0] ?? ""));
    const output = plain(operation.output);
    const [, verb = ""] = operation.name.split(".");
    const items = fieldsOf(output).find(({ name }) => name === "items");
    if (items && /^list/.test(verb))
      listItem(items.schema, [listed(area, verb), `${pascal(operation.name)}Item`], uses);
    collect(output, [area, `${pascal(operation.name)}Output`], area, uses);
    // The input as a whole is named after its operation.
    for (const { name, schema } of fieldsOf(plain(operation.input))) collect(schema, namesOf(name, area), area, uses);
  }
  const taken = new Set<string>();
  const named = new Map<string, NamedShape>();
  for (const [key, use] of uses) {
    const title = titleOf(use.schema);
    if (!title && use.uses < 2) continue;
    const name = [title, ...use.names].find((choice) => choice && !taken.has(choice));
    if (!name) throw new Error(`Two shapes would be called ${use.names[0]}: give one of them a title.`);
    taken.add(name);
    named.set(key, { name, schema: use.schema });
  }
  return named;
}

/** `tasks.list` lists each a Task, and `agents.list_revisions` each an AgentRevision. */
function listed(area: string, verb: string): string {
  return area + singular(pascal(verb.replace(/^list[_-]?/, "")));
}

/** What a list holds has a name, also where only one operation lists it. */
function listItem({ items }: Schema, names: string[], uses: Map<string, Use>): void {
  const schema = items as Schema;
  const key = JSON.stringify(schema);
  if (fieldsOf(schema).length < NAMED_FIELDS_MIN) return;
  const known = uses.get(key);
  if (known) known.names.unshift(...names);
  else uses.set(key, { schema, names, uses: 1 });
}

function collect(schema: Schema, names: string[], area: string, uses: Map<string, Use>): void {
  const fields = fieldsOf(schema);
  const isPage = fields.some(({ name }) => name === "items");
  if (titleOf(schema) || (fields.length >= NAMED_FIELDS_MIN && !isPage)) {
    const key = JSON.stringify(schema);
    const known = uses.get(key);
    if (known) known.uses++;
    else uses.set(key, { schema, names: [...names], uses: 1 });
    // What lies inside was counted with the first one.
    if (known) return;
  }
  for (const { name, schema: field } of fields) {
    collect(field, name === "items" ? names : namesOf(name, area), area, uses);
  }
  for (const inner of innerSchemas(schema)) collect(inner, names, area, uses);
}

/** Members of a union and items of a list go by the name of the whole. */
function innerSchemas({ anyOf, oneOf, allOf, items, additionalProperties }: Schema): Schema[] {
  const lists = [anyOf, oneOf, allOf, items].flatMap((list) => (Array.isArray(list) ? list : []));
  const single = [items, additionalProperties].filter((one) => one && typeof one === "object" && !Array.isArray(one));
  return [...lists, ...single] as Schema[];
}

function namesOf(field: string, area: string): string[] {
  const own = singular(pascal(field));
  return [own.startsWith(area) ? own : `${area}${own}`, `${area}${own}Shape`];
}

function titleOf({ title }: Schema): string | undefined {
  return typeof title === "string" && /^[A-Z][A-Za-z0-9]*$/.test(title) ? title : undefined;
}

function singular(word: string): string {
  if (word.length <= 3) return word;
  if (/ies$/.test(word)) return word.replace(/ies$/, "y");
  return /(ss|us|is)$/.test(word) ? word : word.replace(/s$/, "");
}
