/** One request to Moltbook with the key of an agent. Redirects are not followed, so the key goes to no other host. */

import type { OutgoingOptions } from "../../kernel/outbound/dial.ts";
import { type Exchange, exchange } from "../../kernel/outbound/exchange.ts";
import { USER_AGENT } from "./limits.ts";

/** A page of 50 posts of the longest content, and more. */
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;
const TIMEOUT_MS = 15_000;

export interface MoltbookRequest {
  method: "GET" | "POST" | "DELETE";
  /** Below the base address, from a slash on. */
  path: string;
  body?: object;
}

interface At {
  base_url: string;
  /** None for the registration alone. */
  key: string | undefined;
}

export async function callMoltbook(
  { base_url, key }: At,
  { method, path, body }: MoltbookRequest,
  outgoing: OutgoingOptions,
): Promise<Exchange> {
  const url = `${base_url.replace(/\/+$/, "")}${path}`;
  const headers = {
    accept: "application/json",
    "user-agent": USER_AGENT,
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const request = { method, url, headers, ...(body !== undefined && { body: JSON.stringify(body) }) };
  return exchange(request, { timeoutMs: TIMEOUT_MS, ...outgoing, answerBytesMax: ANSWER_BYTES_MAX });
}
