/** The reference as blocks: every operation with its ways in, its fields and its failures, then shapes and permissions. */
import type { FactSpec } from "../../kernel/facts/fact.ts";
import type { Operation } from "../../kernel/operation.ts";
import { PROBLEM_STATUS } from "../../kernel/problem.ts";
import { methodOf, pathOf } from "../route.ts";
import { isServed } from "../served.ts";
import { type Block, type Section, section, text } from "./blocks.ts";
import { curlText } from "./curl.ts";
import { factSection } from "./facts.ts";
import { areaOf, camel, plain, type Shapes, shapesOf } from "./shapes.ts";
import { bodyText, fieldsOf, type Schema, typeText } from "./typescript.ts";

/** One row of the table of permissions. */
export interface PrintedPermission {
  permission: string;
  meaning: string;
  roles: readonly string[];
  agents: boolean;
  scope: string | null;
}

export interface ReferenceOptions {
  operations: readonly Operation[];
  facts: readonly FactSpec[];
  permissions: readonly PrintedPermission[];
  /** The address of the server, for the examples. */
  baseUrl: string;
}

export interface Reference {
  introduction: Block[];
  sections: Section[];
}

export function reference({ operations, facts, permissions, baseUrl }: ReferenceOptions): Reference {
  const served = operations.filter(isServed).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const shapes = shapesOf(served);
  const ofAgents = new Set(permissions.filter(({ agents }) => agents).map(({ permission }) => permission));
  const areas = [...new Set(served.map(areaOf))].map((area) => {
    const own = served.filter((operation) => areaOf(operation) === area);
    return section(
      area,
      area,
      own.map((operation) => operationSection(operation, { shapes, ofAgents, baseUrl })),
    );
  });
  const ends = [
    shapeSection(shapes),
    factSection(facts, shapes.nameOf),
    permissionSection(permissions),
    problemSection(),
  ];
  return { introduction: introduction(baseUrl, operations).map(text), sections: [...areas, ...ends] };
}

interface Printing {
  shapes: Shapes;
  /** The permissions of agents: only operations with these are MCP tools. */
  ofAgents: ReadonlySet<string>;
  baseUrl: string;
}

function operationSection(operation: Operation, { shapes: { nameOf }, ofAgents, baseUrl }: Printing): Section {
  const { name, summary, description, problems } = operation;
  const refused = problems.map((code) => `\`${code}\``).join(", ");
  return section(name, name, [
    text(summary),
    ...(description ?? "").split(/\n\n+/).flatMap((part) => (part ? [text(part)] : [])),
    text(waysIn(operation, ofAgents)),
    inputTable(plain(operation.input), nameOf),
    ...returned(operation, nameOf),
    ...(refused ? [text(`Refused with ${refused}.`)] : []),
    { kind: "code", language: "sh", text: curlText(operation, baseUrl) },
  ]);
}

function waysIn(operation: Operation, ofAgents: ReadonlySet<string>): string {
  const { name, route, aliases = [] } = operation;
  const isPublic = operation.kind === "public";
  const routes = [route, ...aliases].map((way) => `\`${methodOf(way)} /api${pathOf(way)}\``).join(", ");
  return [
    routes,
    `SDK \`client.${name.split(".").map(camel).join(".")}\``,
    ...(isPublic || operation.tool === false || !ofAgents.has(operation.permission)
      ? []
      : [`MCP tool \`${name.replaceAll(".", "_")}\``]),
    isPublic ? "no credential needed" : `permission [\`${operation.permission}\`](#who-may-what)`,
  ].join(" · ");
}

type NameOf = Shapes["nameOf"];

function inputTable(input: Schema, nameOf: NameOf): Block {
  const fields = fieldsOf(input);
  if (fields.length === 0) return text("Takes no fields.");
  const rows = fields.map(({ name, schema, isRequired }) => {
    const type = typeText(schema, { nameOf, isInput: false }).replaceAll(/\s+/g, " ").trim();
    return [`\`${name}\`${isRequired ? "" : "?"}`, `\`${type}\``, limits(schema)];
  });
  return { kind: "table", head: ["field", "type", "meaning"], rows };
}

function returned({ status = 200, output }: Operation, nameOf: NameOf): Block[] {
  const schema = plain(output);
  const name = nameOf(schema);
  if (name !== undefined) return [text(`Returns ${status} with [${name}](#${name}).`)];
  return [text(`Returns ${status} with:`), code(typeText(schema, { nameOf, isInput: false }))];
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
    // The format of ids and times fixes their length.
    if (value === undefined || (keyword === "maxLength" && known.format !== undefined)) return [];
    return say(typeof value === "string" ? value : JSON.stringify(value));
  });
  return said.join(" ").replaceAll("\n", " ");
}

function code(content: string): Block {
  return { kind: "code", language: "ts", text: content.replace(/^\n/, "") };
}

function shapeSection({ all, nameOf }: Shapes): Section {
  const shapes = all.map(({ name, schema }) =>
    section(name, name, [code(bodyText(schema, { nameOf, isInput: false }))]),
  );
  return section("shapes", "Shapes", shapes);
}

function permissionSection(permissions: readonly PrintedPermission[]): Section {
  const rows = permissions.map(({ permission, meaning, roles, agents, scope }) => [
    `\`${permission}\``,
    meaning,
    roles.join(", "),
    agents ? "yes" : "",
    scope === null ? "" : `\`${scope}\``,
  ]);
  return section("who-may-what", "Who may what", [
    text(
      "People have the permissions of their role in the workspace, agents those marked for agents, and services the scopes of their key.",
    ),
    { kind: "table", head: ["permission", "what it allows", "roles", "agents", "scope"], rows },
  ]);
}

function problemSection(): Section {
  const rows = Object.entries(PROBLEM_STATUS).map(([name, status]) => [`\`${name}\``, String(status)]);
  return section("problems", "Problems", [{ kind: "table", head: ["code", "status"], rows }]);
}

/** The rules that hold for every operation. */
function introduction(baseUrl: string, operations: readonly Operation[]): string[] {
  const work = operations
    .filter(({ requests }) => requests === "work")
    .map(({ name }) => `\`${name}\``)
    .join(", ");
  return [
    `**Ways in.** Every operation is one route below \`${baseUrl}/api\`, one function of the SDK, one name for \`bailiwick call\` and, where the key of an agent permits it, one MCP tool at \`/mcp\`. The server serves its clients: \`npm i ${baseUrl}/sdk.tgz\` and \`curl -O ${baseUrl}/bailiwick.py\`.`,
    "**Credentials.** Agents and services send their key as `Authorization: Bearer <key>`. People sign in, and their browser sends a cookie. A person with several workspaces names one in `Bailiwick-Workspace`.",
    "**Reading and changing.** Reads are `GET` with query parameters. Everything else is a `POST` with a JSON body. Unknown fields are refused, and no value is converted to another type. A field marked with `?` may be left out.",
    "**Failures** are `application/problem+json`. Decide on `code`, show `detail`, follow `next_step`. `errors` names the fields that are wrong. With `Retry-After`, send the same request again later.",
    "**Problems of every operation.** `invalid_input`, `rate_limited`, `overloaded` and `unavailable`; with a credential also `unauthenticated`, `forbidden` and `not_found`; with a body `origin`, `too_large` and `unsupported_media_type`; with an idempotency key `in_flight` and `idempotency_mismatch`; for a command `tier_limit`. An operation lists the others.",
    "**Repeating.** Send an `Idempotency-Key` with a `POST`. A repeat with the same key and input returns the result of the first call and changes nothing.",
    `**Limits.** A credential may read and write a number of times a minute, a network ten times as often. The loop of an agent (${work}) has its own, larger limit for its key, and one for the workspace by its tier. \`RateLimit-Policy\` names the limit, \`RateLimit\` what is left of it. Beyond it the status is 429.`,
    "**Lists** return `items` and `next_cursor`. Pass the cursor back until it is null.",
    "**Values.** Ids are UUIDs. Times are ISO 8601 in UTC. Money is US dollars, in fields that end in `_usd`.",
    "**Files.** The body of `POST /api/tasks/{id}/attachments?name=` is a file of at most 25 MiB, with its `Content-Type`. `GET /api/attachments/{id}` downloads it, always as an attachment.",
    "**Live.** `GET /api/live` streams the facts of the workspace as server-sent events.",
  ];
}
