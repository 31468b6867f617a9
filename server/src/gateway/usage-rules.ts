/** Reads what an answer of a provider says about its usage, in each of the three formats. Pure. */

/** The usage that an answer has reported so far. The counts are those of an event: all input, with the cached parts inside. */
export interface Seen {
  id?: string;
  model?: string;
  tokens_in?: number;
  tokens_out?: number;
  tokens_cached?: number;
  tokens_cache_write?: number;
  tokens_cache_write_1h?: number;
  tokens_reasoning?: number;
  web_searches?: number;
  service_tier?: string;
  /** The characters of the output that was streamed. */
  characters: number;
  /** The answer ended as its format says. */
  isWhole: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
const COUNT_MAX = 1_000_000_000;

export function fieldsOf(value: unknown): Fields {
  // It is an object and no list.
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

const countOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= COUNT_MAX ? value : undefined;
const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value.length > 0 && value.length <= 200 ? value : undefined;
const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 0);

/** Adds what is known. A later count wins, and a missing one changes nothing. */
function add(seen: Seen, known: { [K in keyof Seen]?: Seen[K] | undefined }): void {
  Object.assign(seen, Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)));
}

/** The usage of Messages leaves out of `input_tokens` what the cache read and wrote. */
function addMessagesUsage(seen: Seen, value: unknown): void {
  const usage = fieldsOf(value);
  const written = fieldsOf(usage.cache_creation);
  const plain = countOf(usage.input_tokens);
  const cached = countOf(usage.cache_read_input_tokens);
  const write = countOf(usage.cache_creation_input_tokens);
  const input = plain === undefined ? undefined : plain + (cached ?? 0) + (write ?? 0);
  add(seen, {
    tokens_in: input,
    tokens_cached: plain === undefined ? undefined : cached,
    tokens_cache_write: plain === undefined ? undefined : write,
    tokens_cache_write_1h: plain === undefined ? undefined : countOf(written.ephemeral_1h_input_tokens),
    tokens_out: countOf(usage.output_tokens),
    web_searches: countOf(fieldsOf(usage.server_tool_use).web_search_requests),
    service_tier: textOf(usage.service_tier),
  });
}

function addChatUsage(seen: Seen, value: unknown): void {
  const usage = fieldsOf(value);
  add(seen, {
    tokens_in: countOf(usage.prompt_tokens),
    tokens_out: countOf(usage.completion_tokens),
    tokens_cached: countOf(fieldsOf(usage.prompt_tokens_details).cached_tokens),
    tokens_reasoning: countOf(fieldsOf(usage.completion_tokens_details).reasoning_tokens),
  });
}

function addResponsesUsage(seen: Seen, value: unknown): void {
  const usage = fieldsOf(value);
  const input = fieldsOf(usage.input_tokens_details);
  add(seen, {
    tokens_in: countOf(usage.input_tokens),
    tokens_out: countOf(usage.output_tokens),
    tokens_cached: countOf(input.cached_tokens),
    tokens_cache_write: countOf(input.cache_write_tokens),
    tokens_reasoning: countOf(fieldsOf(usage.output_tokens_details).reasoning_tokens),
  });
}

function addAnswer(seen: Seen, { id, model, service_tier }: Fields): void {
  add(seen, { id: textOf(id), model: textOf(model), service_tier: textOf(service_tier) });
}

/** Reads one event of a stream, or the whole answer. */
export type Read = (seen: Seen, event: unknown) => void;

export const messagesEvent: Read = (seen, value) => {
  const event = fieldsOf(value);
  const message = fieldsOf(event.type === "message" ? event : event.message);
  addAnswer(seen, { id: message.id, model: message.model });
  if (message.usage !== undefined) addMessagesUsage(seen, message.usage);
  if (event.type === "message_delta") addMessagesUsage(seen, event.usage);
  const delta = fieldsOf(event.delta);
  seen.characters += lengthOf(delta.text) + lengthOf(delta.partial_json) + lengthOf(delta.thinking);
  if (event.type === "message_stop" || event.type === "message") seen.isWhole = true;
};

export const chatEvent: Read = (seen, value) => {
  const event = fieldsOf(value);
  addAnswer(seen, event);
  if (event.usage !== undefined) addChatUsage(seen, event.usage);
  for (const one of Array.isArray(event.choices) ? event.choices : []) {
    const choice = fieldsOf(one);
    const delta = fieldsOf(choice.delta ?? choice.message);
    seen.characters += lengthOf(delta.content) + lengthOf(delta.reasoning_content) + lengthOf(delta.refusal);
    for (const call of Array.isArray(delta.tool_calls) ? delta.tool_calls : [])
      seen.characters += lengthOf(fieldsOf(fieldsOf(call).function).arguments);
  }
  if (event.object === "chat.completion") seen.isWhole = true;
};

const RESPONSE_ENDS = new Set(["response.completed", "response.incomplete", "response.failed"]);

export const responsesEvent: Read = (seen, value) => {
  const event = fieldsOf(value);
  const response = event.object === "response" ? event : fieldsOf(event.response);
  addAnswer(seen, response);
  if (response.usage !== undefined) addResponsesUsage(seen, response.usage);
  seen.characters += lengthOf(event.delta);
  if (event.object === "response" || RESPONSE_ENDS.has(String(event.type))) seen.isWhole = true;
};

/**
 * Returns the counts of the call. What the provider did not say is the estimate: the input of the request, and the
 * streamed characters. An answer that was cut off counts at least what was streamed.
 */
export function countsOf(seen: Seen, tokensInExpected: number, tokensOf: (characters: number) => number) {
  const { id: _id, model: _model, characters, isWhole, ...said } = seen;
  const streamed = tokensOf(characters);
  const tokens_out = isWhole ? (said.tokens_out ?? streamed) : Math.max(said.tokens_out ?? 0, streamed);
  const isEstimated = said.tokens_in === undefined || said.tokens_out === undefined || tokens_out !== said.tokens_out;
  return { counts: { ...said, tokens_in: said.tokens_in ?? tokensInExpected, tokens_out }, isEstimated };
}
