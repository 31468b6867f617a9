/** The operations as the source of the client: their types, and one typed method each. */
import type { FactSpec } from "../../kernel/facts/fact.ts";
import type { Operation } from "../../kernel/operation.ts";
import { isServed } from "../served.ts";
import { factTypes, isOfFacts } from "./facts.ts";
import { camel, type NamedShape, pascal, plain, type Shapes, shapesOf } from "./shapes.ts";
import { bodyText, commentLines, fieldsOf, indented, type Schema, typeText } from "./typescript.ts";
import { enumsOf } from "./values.ts";

const HEAD = `// Printed from the list of operations by \`npm run generate\`. Do not edit.
// Times are texts in ISO 8601, UTC; ids are UUIDs; money is in US dollars.
import type { CallOptions, Send } from "../send.ts";
`;

export function printSdk(all: readonly Operation[], facts: readonly FactSpec[] = []): string {
  const operations = all.filter(isServed);
  const shapes = shapesOf(operations);
  const enums = enumsOf(shapes.all);
  const sorted = [...operations].sort((a, b) => (a.name < b.name ? -1 : 1));
  const named = shapes.all.filter(({ name }) => facts.length === 0 || !isOfFacts(name));
  return [
    HEAD,
    ...(enums.length > 0 ? [valueImports(enums)] : []),
    ...(facts.length > 0 ? [factTypes(facts, shapes.nameOf)] : []),
    ...named.filter((shape) => !enums.includes(shape)).map((shape) => shapeText(shape, shapes)),
    ...sorted.flatMap((operation) => operationTypes(operation, shapes)),
    clientText(sorted, shapes),
  ].join("\n");
}

function valueImports(enums: readonly NamedShape[]): string {
  return `import type {\n${enums.map(({ name }) => `  ${name},\n`).join("")}} from "./values.ts";\n`;
}

function shapeText({ name, schema }: NamedShape, { nameOf }: Shapes): string {
  return declaration(name, schema, bodyText(schema, { nameOf, isInput: false }));
}

function declaration(name: string, schema: Schema, text: string): string {
  const comment = typeof schema.description === "string" ? `${commentLines(schema.description).join("\n")}\n` : "";
  const isInterface = text.startsWith("{");
  return `${comment}export ${isInterface ? `interface ${name} ${text}` : `type ${name} =${text.startsWith("\n") ? "" : " "}${text};`}\n`;
}

function operationTypes(operation: Operation, shapes: Shapes): string[] {
  const { input, output } = types(operation, shapes);
  return [input, output].flatMap(({ name, text, schema }) => (text ? [declaration(name, schema, text)] : []));
}

interface NamedType {
  name: string;
  schema: Schema;
  /** Empty when the name is declared with the shared shapes. */
  text: string;
}

function types(operation: Operation, shapes: Shapes): { input: NamedType; output: NamedType } {
  const name = pascal(operation.name);
  const input = plain(operation.input);
  const output = plain(operation.output);
  const shared = shapes.nameOf(output);
  return {
    input: {
      name: `${name}Input`,
      schema: input,
      text: bodyText(input, { nameOf: shapes.nameOf, isInput: true }),
    },
    output: {
      name: shared ?? `${name}Output`,
      schema: output,
      text: shared ? "" : typeText(output, { nameOf: shapes.nameOf, isInput: false }),
    },
  };
}

/** `tasks.complete` becomes `tasks: { complete(…) }`; a name of three parts nests once more. */
interface Branch {
  methods: string[];
  branches: Map<string, Branch>;
}

function clientText(operations: readonly Operation[], shapes: Shapes): string {
  const root: Branch = { methods: [], branches: new Map() };
  for (const operation of operations) {
    const parts = operation.name.split(".").map(camel);
    const verb = parts.pop() ?? "";
    const branch = parts.reduce(branchOf, root);
    if (branch.branches.has(verb)) throw new Error(`${operation.name} is also the name of an area.`);
    branch.methods.push(methodText(verb, operation, shapes));
  }
  return `/** One function for each operation, sent by \`send\`. */
export function operations(send: Send) {
  return ${branchText(root).replaceAll("\n", "\n  ").replaceAll(/ +$/gm, "")};
}

export type Operations = ReturnType<typeof operations>;
`;
}

function branchOf(branch: Branch, name: string): Branch {
  const known = branch.branches.get(name);
  if (known) return known;
  const made: Branch = { methods: [], branches: new Map() };
  branch.branches.set(name, made);
  return made;
}

function branchText({ methods, branches }: Branch): string {
  const nested = [...branches].map(([name, branch]) => `${name}: ${branchText(branch)},`);
  return `{\n${indented([...methods, ...nested].join("\n"))}\n}`;
}

function methodText(verb: string, operation: Operation, shapes: Shapes): string {
  const { input, output } = types(operation, shapes);
  const isOptional = fieldsOf(input.schema).every(({ isRequired }) => !isRequired);
  const doc = [operation.summary, operation.description].filter((text) => text !== undefined).join("\n\n");
  // A sign-in is not sent twice: nothing would recognise the repeat.
  const once = operation.kind === "public" ? ', "once"' : "";
  return [
    ...commentLines(doc),
    `${verb}: (input: ${input.name}${isOptional ? " = {}" : ""}, options?: CallOptions) =>`,
    `  send<${output.name}>("${operation.route}", input, options${once}),`,
  ].join("\n");
}
