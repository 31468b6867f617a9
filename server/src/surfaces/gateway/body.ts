/** Reads the few fields of a request that the gateway needs, and changes a request only where it must. Pure. */
import { invalid } from "../../kernel/problem.ts";
import type { Format } from "./paths.ts";

export interface Received {
  model: string;
  isStream: boolean;
  tokensOutMax: number | null;
  fields: Readonly<Record<string, unknown>>;
}

const MODEL_LENGTH_MAX = 200;
const MOST: Readonly<Record<Format, readonly string[]>> = {
  messages: ["max_tokens"],
  chat: ["max_completion_tokens", "max_tokens"],
  responses: ["max_output_tokens"],
};

export function readReceived(format: Format, body: Buffer): Received {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    throw invalid("", "The body is no JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw invalid("", "The body must be an object.");
  // It is an object and no list.
  const fields = value as Received["fields"];
  const { model } = fields;
  if (typeof model !== "string" || model === "" || model.length > MODEL_LENGTH_MAX || model.includes("\0"))
    throw invalid("/model", `must be a text of at most ${MODEL_LENGTH_MAX} characters.`);
  const most = MOST[format].map((name) => fields[name]).find((one) => typeof one === "number");
  const isCount = typeof most === "number" && Number.isInteger(most) && most >= 0 && most <= 1_000_000_000;
  return { model: model.toWellFormed(), isStream: fields.stream === true, tokensOutMax: isCount ? most : null, fields };
}

/**
 * Returns the body to send: the same bytes, unless a policy chooses the model, or a stream of Chat Completions would not say
 * its usage.
 */
export function sentBody(format: Format, body: Buffer, { fields, isStream }: Received, model: string | null): Buffer {
  const options = fields.stream_options;
  const isSilent = format === "chat" && isStream && !saysUsage(options);
  if (model === null && isSilent && options === undefined) return withUsage(body);
  if (model === null && !isSilent) return body;
  const given = typeof options === "object" && options !== null ? options : {};
  return Buffer.from(
    JSON.stringify({
      ...fields,
      ...(model !== null && { model }),
      ...(isSilent && { stream_options: { ...given, include_usage: true } }),
    }),
  );
}

function saysUsage(options: unknown): boolean {
  return (
    typeof options === "object" && options !== null && "include_usage" in options && options.include_usage === true
  );
}

/** Adds one field at the beginning, so that all other bytes stay. The body has at least one field. */
function withUsage(body: Buffer): Buffer {
  const start = body.indexOf("{") + 1;
  const added = Buffer.from('"stream_options":{"include_usage":true},');
  return Buffer.concat([body.subarray(0, start), added, body.subarray(start)]);
}
