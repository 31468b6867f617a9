/** The registry of named shapes. The SDK, OpenAPI and the reference call a shape by its name here. */
import type { Operation } from "../../kernel/operation.ts";
import { fieldsOf, type Schema } from "./typescript.ts";

export interface NamedShape {
  name: string;
  schema: Schema;
}

export interface Shapes {
  /** In the order of their names. */
  all: readonly NamedShape[];
  nameOf(schema: Schema): string | undefined;
}

/** An object with fewer fields has no name and stands where it is used. */
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

/** `tasks.complete` becomes `tasks`. */
export function areaOf({ name }: Operation): string {
  return name.slice(0, name.indexOf("."));
}

/** Returns the schema as plain JSON. Equal shapes then have equal text. */
export function plain(schema: unknown): Schema {
  return JSON.parse(JSON.stringify(schema)) as Schema;
}

interface Use {
  schema: Schema;
  /** Names it could have, the best first. */
  names: string[];
  uses: number;
  /** The items of a list have a name, also where only one operation lists them. */
  isListed?: true;
  /** Its name while it is only the output of one operation. A second operation with this output then adds few lines. */
  output?: string;
}

/** Names the shapes that have a `title`, the items of lists, outputs, and the objects that are used at least twice. */
export function shapesOf(operations: readonly Operation[]): Shapes {
  const uses = usesIn(operations.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
  const named = [...uses].filter(([, use]) => titleOf(use.schema) || use.isListed || use.output || use.uses > 1);
  const titles = named.flatMap(([, { schema }]) => titleOf(schema) ?? []);
  const taken = new Set(titles);
  if (taken.size < titles.length) throw new Error(`Two shapes have one title: ${titles.sort().join(", ")}.`);
  const shapes = new Map<string, NamedShape>();
  for (const [key, { schema, names, uses, isListed, output }] of named) {
    const choices = output === undefined || isListed || uses > 1 ? names : [output];
    const name = titleOf(schema) ?? choices.find((choice) => !taken.has(choice));
    if (!name) throw new Error(`Two shapes would be called ${names[0]}. Give one of them a title.`);
    taken.add(name);
    shapes.set(key, { name, schema });
  }
  return {
    all: [...shapes.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    nameOf: (schema) => shapes.get(keyOf(schema))?.name,
  };
}

function usesIn(operations: readonly Operation[]): Map<string, Use> {
  const uses = new Map<string, Use>();
  // The items of lists choose their names first: `keys.list` lists each a Key.
  for (const operation of operations) collectItems(operation, uses);
  for (const operation of operations) {
    const area = singular(pascal(areaOf(operation)));
    const output = plain(operation.output);
    const own = `${pascal(operation.name)}Output`;
    collect(output, [area, own], area, uses);
    const use = uses.get(keyOf(output));
    if (use) use.output ??= own;
    // The input as a whole is named after its operation.
    for (const { name, schema } of fieldsOf(plain(operation.input))) collect(schema, namesOf(name, area), area, uses);
  }
  return uses;
}

/** Keywords that a field adds to an enumeration, such as its default. They belong to the field. */
function keyOf(schema: Schema): string {
  return JSON.stringify(titleOf(schema) && schema.enum ? bareEnum(schema) : schema);
}

function bareEnum({ title, type, enum: values }: Schema): Schema {
  return { title, type, enum: values };
}

function collectItems({ name, output }: Operation, uses: Map<string, Use>): void {
  const [area = "", verb = ""] = name.split(".");
  const page = fieldsOf(plain(output)).find((field) => field.name === "items");
  const schema = page?.schema.items as Schema | undefined;
  if (!schema || !/^list/.test(verb) || fieldsOf(schema).length < NAMED_FIELDS_MIN) return;
  // `tasks.list` lists each a Task, and `agents.list_revisions` each an AgentRevision.
  const listed = singular(pascal(area)) + singular(pascal(verb.replace(/^list[_-]?/, "")));
  const key = keyOf(schema);
  const known = uses.get(key);
  if (known) known.names.unshift(listed);
  else uses.set(key, { schema, names: [listed, `${pascal(name)}Item`], uses: 0, isListed: true });
}

function collect(schema: Schema, names: string[], area: string, uses: Map<string, Use>): void {
  const fields = fieldsOf(schema);
  const isPage = fields.some(({ name }) => name === "items");
  if (titleOf(schema) || (fields.length >= NAMED_FIELDS_MIN && !isPage)) {
    const key = keyOf(schema);
    const use = uses.get(key) ?? { schema: schema.enum ? bareEnum(schema) : schema, names: [...names], uses: 0 };
    uses.set(key, use);
    // The shapes inside were counted with the first use.
    if (++use.uses > 1) return;
  }
  for (const { name, schema: field } of fields) {
    collect(field, name === "items" ? names : namesOf(name, area), area, uses);
  }
  for (const inner of innerSchemas(schema)) collect(inner, names, area, uses);
}

/** The members of a union and the items of a list take their name from the whole. */
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
