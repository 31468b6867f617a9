/** The keys of calls in telemetry, so that a call counts once. */
import { answerKey, codexKey } from "../gateway-keys.ts";
import { shortHash } from "../short-hash.ts";
import { count, string } from "./attributes.ts";
import type { Attributes } from "./records.ts";

/** Returns a key from the first list of attributes that are all there, else from everything that the record says. */
export function keyOf(source: string, attributes: Attributes, ...lists: readonly (readonly string[])[]): string {
  const names = lists.find((list) => list.every((name) => attributes[name] !== undefined));
  const said = names?.map((name) => attributes[name]) ?? [attributes];
  return `${source} ${shortHash(JSON.stringify(said))}`;
}

/** The key of a call that went through the model gateway, by the id of its answer. */
export function keyOfAnswer(attributes: Attributes, ...names: readonly string[]): string | undefined {
  const id = names.map((name) => string(attributes, name)).find((one) => one !== undefined);
  return id === undefined ? undefined : answerKey(id);
}

/** The same for Codex, which reports no id of the answer. */
export function keyOfCodexCall(a: Attributes): string {
  const thread = string(a, "conversation.id") ?? "";
  return codexKey(
    thread,
    count(a, "input_token_count"),
    count(a, "output_token_count"),
    count(a, "cached_token_count"),
  );
}
