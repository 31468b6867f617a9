/**
 * The tools, prompts and resources that the conformance suite of MCP calls. Two of the tools are operations; the others
 * return what no operation of Bailiwick returns.
 */
import { randomBytes } from "node:crypto";
import {
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequest,
  inputRequired,
  inputResponse,
  type Result,
  type ServerContext,
} from "@modelcontextprotocol/server";
import Type from "typebox";
import { type Operation, query } from "../../src/kernel/operation.ts";
import { Problem } from "../../src/kernel/problem.ts";
import { Fields } from "../../src/kernel/schema.ts";

type Answer = Result | Promise<Result>;
type Tool = (context: ServerContext) => Answer;
type Prompt = (given: Readonly<Record<string, string>>, context: ServerContext) => Answer;
type Handle = (
  params: Readonly<Record<string, unknown>>,
  context: ServerContext,
  next: () => Promise<Result>,
) => Answer;

const spec = { permission: "tasks:read", input: Fields({}), output: Fields({ text: Type.String() }) } as const;
/** The tools whose results an operation can return. */
export const FIXTURE_OPERATIONS: readonly Operation[] = [
  query({
    ...spec,
    name: "test.simple_text",
    summary: "Return a text.",
    route: "GET /test/simple-text",
    problems: [],
    run: async () => ({ text: "This is a simple text response for testing." }),
  }),
  query({
    ...spec,
    name: "test.error_handling",
    summary: "Refuse the call.",
    route: "GET /test/error-handling",
    problems: ["conflict"],
    run: async () => {
      throw new Problem("conflict", "This tool intentionally returns an error for testing.");
    },
  }),
];

/** The state between two rounds of a call is signed, so that the client cannot change it. */
export const states = createRequestStateCodec<number>({ key: randomBytes(32) });

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
/** The header of a WAV file without a sample. */
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
const IMAGE = { type: "image", data: PNG, mimeType: "image/png" };

const text = (words: string) => ({ type: "text", text: words });
const resource = (uri: string, mimeType: string, words: string) => ({
  type: "resource",
  resource: { uri, mimeType, text: words },
});
const content = (...parts: object[]): Result => ({ content: parts });
const messages = (...parts: object[]): Result => ({ messages: parts.map((part) => ({ role: "user", content: part })) });

type Round = Record<string, InputRequest>;
const form = (message: string, field: string) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties: { [field]: { type: "string" } }, required: [field] },
  });
const sample = (words: string) =>
  inputRequired.createMessage({
    messages: [{ role: "user", content: { type: "text", text: words } }],
    maxTokens: 100,
  });
const NAME: Round = { user_name: form("What is your name?", "name") };
const CONFIRM: Round = { confirm: form("Please confirm", "ok") };

/** Asks the client for input, round after round, until every round is answered. */
async function ask(context: ServerContext, rounds: readonly Round[], done: Result): Promise<Result> {
  const { inputResponses, requestState } = context.mcpReq;
  const round = requestState<number>() ?? 0;
  const isAnswered = Object.keys(rounds[round] ?? {}).every(
    (key) => inputResponse(inputResponses, key).kind !== "missing",
  );
  const next = isAnswered ? round + 1 : round;
  const inputRequests = rounds[next];
  return inputRequests ? inputRequired({ inputRequests, requestState: await states.mint(next) }) : done;
}

const asking =
  (...rounds: Round[]): Tool =>
  (context) =>
    ask(context, rounds, content(text("state-ok: every question is answered.")));

/** Asks only the questions that the client can answer by its own capabilities. */
const askWhatIsDeclared: Tool = (context) => {
  // The package's type of the envelope lists no fields.
  const { [CLIENT_CAPABILITIES_META_KEY]: declared = {} } = (context.mcpReq.envelope ?? {}) as Record<string, object>;
  const questions = Object.entries({ elicitation: form("What is your name?", "name"), sampling: sample("Greet me.") });
  return asking(Object.fromEntries(questions.filter(([capability]) => capability in declared)))(context);
};

const reportProgress: Tool = async ({ mcpReq }) => {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return content(text("Done."));
  for (const progress of [0, 50, 100]) {
    await mcpReq.notify({ method: "notifications/progress", params: { progressToken, progress, total: 100 } });
  }
  return content(text("Done."));
};

const TOOLS: Readonly<Record<string, Tool>> = {
  test_image_content: () => content(IMAGE),
  test_audio_content: () => content({ type: "audio", data: WAV, mimeType: "audio/wav" }),
  test_embedded_resource: () =>
    content(resource("test://embedded-resource", "text/plain", "This is an embedded resource content.")),
  test_multiple_content_types: () =>
    content(
      text("Multiple content types test:"),
      IMAGE,
      resource("test://mixed-content-resource", "application/json", '{"test":"data","value":123}'),
    ),
  test_tool_with_progress: reportProgress,
  test_logging_tool: () => content(text("Nothing is logged to the client.")),
  test_missing_capability: asking({ question: sample("Greet me.") }),
  test_streaming_elicitation: asking(NAME),
  test_input_required_result_elicitation: asking(NAME),
  test_input_required_result_sampling: asking({ capital_question: sample("What is the capital of France?") }),
  test_input_required_result_list_roots: asking({ client_roots: inputRequired.listRoots() }),
  test_input_required_result_request_state: asking(CONFIRM),
  test_input_required_result_tampered_state: asking(CONFIRM),
  test_input_required_result_multiple_inputs: asking({
    ...NAME,
    greeting: sample("Generate a greeting"),
    client_roots: inputRequired.listRoots(),
  }),
  test_input_required_result_multi_round: asking(
    { step1: form("Step 1: What is your name?", "name") },
    { step2: form("Step 2: What is your favorite color?", "color") },
  ),
  test_input_required_result_capabilities: askWhatIsDeclared,
};

const PROMPTS: Readonly<Record<string, { fields?: readonly string[]; get: Prompt }>> = {
  test_simple_prompt: { get: () => messages(text("This is a simple prompt for testing.")) },
  test_prompt_with_arguments: {
    fields: ["arg1", "arg2"],
    get: ({ arg1, arg2 }) => messages(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  },
  test_prompt_with_embedded_resource: {
    fields: ["resourceUri"],
    get: ({ resourceUri = "" }) =>
      messages(
        resource(resourceUri, "text/plain", "Embedded resource content for testing."),
        text("Please process the embedded resource above."),
      ),
  },
  test_prompt_with_image: { get: () => messages(IMAGE, text("Please analyze the image above.")) },
  test_input_required_result_prompt: {
    get: (_, context) =>
      ask(context, [{ user_context: form("What context should the prompt use?", "context") }], messages(text("Done."))),
  },
};

const RESOURCES = [
  { uri: "test://static-text", name: "text", mimeType: "text/plain", text: "This is the content of the static text." },
  { uri: "test://static-binary", name: "binary", mimeType: "image/png", blob: PNG },
];
const TEMPLATE = { uriTemplate: "test://template/{id}/data", name: "template", mimeType: "application/json" };

function readResource(uri: unknown): Result | undefined {
  const known = RESOURCES.find((one) => one.uri === uri);
  if (known) {
    const { name: _, ...contents } = known;
    return { contents: [contents] };
  }
  const [, id] = /^test:\/\/template\/(\w+)\/data$/.exec(String(uri)) ?? [];
  if (id === undefined) return undefined;
  const { mimeType } = TEMPLATE;
  return {
    contents: [{ uri, mimeType, text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }) }],
  };
}

/** Adds entries to a list of the product. */
const adding =
  (field: string, entries: readonly object[]): Handle =>
  async (_params, _context, next) => {
    const list = await next();
    // The product's own list is under this name.
    return { ...list, [field]: [...(list[field] as object[]), ...entries] };
  };

/** Each handler runs in place of the handler of the product, which it can call. */
export const FIXTURES: Readonly<Record<string, Handle>> = {
  "tools/list": adding(
    "tools",
    Object.keys(TOOLS).map((name) => ({ name, description: "For tests.", inputSchema: { type: "object" } })),
  ),
  "tools/call": ({ name }, context, next) => TOOLS[String(name)]?.(context) ?? next(),
  "prompts/list": adding(
    "prompts",
    Object.entries(PROMPTS).map(([name, { fields = [] }]) => ({
      name,
      description: "For tests.",
      arguments: fields.map((field) => ({ name: field, required: true })),
    })),
  ),
  "prompts/get": ({ name, arguments: given = {} }, context, next) =>
    PROMPTS[String(name)]?.get(given as Record<string, string>, context) ?? next(),
  "resources/list": adding(
    "resources",
    RESOURCES.map(({ uri, name, mimeType }) => ({ uri, name, mimeType })),
  ),
  "resources/templates/list": adding("resourceTemplates", [TEMPLATE]),
  "resources/read": ({ uri }, _context, next) => readResource(uri) ?? next(),
};
