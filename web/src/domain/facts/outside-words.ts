/** The words of facts about receivers and connections. */
import type { FactType } from "@bailiwick/sdk";
import { did, type Part, text, type Words, word } from "./telling.ts";

type OutsideType = Extract<FactType, `webhook.${string}` | `channel.${string}` | `connection.${string}`>;

export const fieldsOf = (changed: unknown): Part[] =>
  Array.isArray(changed) && changed.length > 0 ? ["·", changed.slice(0, 6).join(", ").replaceAll("_", " ")] : [];
export const named = (name: unknown): Part[] =>
  text(name) ? [{ kind: "quote", text: String(name).slice(0, 100) }] : [];
const DISABLED: Record<string, string> = {
  gone: "· its receiver is gone",
  failures: "· its receiver failed 50 times in a row",
  too_many_waiting: "· too many deliveries wait",
};
const disabledBecause = (reason: unknown): Part[] => [DISABLED[text(reason) ?? ""] ?? []].flat();
const reasonOf = ({ reason }: { reason: string | null }) => reason;
const toolsOf = (tools: readonly string[]) => tools.slice(0, 6).join(", ");

export const OUTSIDE_WORDS: { readonly [T in OutsideType]: Words<T> } = {
  "webhook.created": did("made"),
  "webhook.updated": did("changed", ({ changed_fields }) => fieldsOf(changed_fields)),
  "webhook.rotated": did("gave a new secret to"),
  "webhook.deleted": did("deleted", ({ host }) => word("to", host)),
  "webhook.tested": did("sent a test to"),
  "webhook.redelivered": did("sent a delivery again to"),
  "webhook.disabled": did("disabled", ({ reason }) => disabledBecause(reason)),
  "channel.created": did("made", ({ name }) => named(name)),
  "channel.updated": did("changed", ({ changed_fields }) => fieldsOf(changed_fields)),
  "channel.deleted": did("deleted", ({ name }) => named(name)),
  "channel.tested": did("sent a test to", ({ name }) => named(name)),
  "channel.disabled": did("disabled", ({ name, reason }) => [...named(name), ...disabledBecause(reason)]),
  "connection.created": did("connected", ({ name }) => named(name)),
  "connection.updated": did("changed", ({ name, changed_fields }) => [...named(name), ...fieldsOf(changed_fields)]),
  "connection.tested": (fact) => ({
    ...did<"connection.tested">("tested", ({ name }) => named(name))(fact),
    why: text(fact.data.message),
  }),
  "connection.tools_changed": ({ data }) => ({
    actor: "An MCP server",
    parts: ["changed its tools:", toolsOf(data.tools), "· a person must accept that", ...named(data.name)],
  }),
  "connection.tools_accepted": did("accepted changed tools of", ({ name }) => named(name)),
  "connection.disconnected": did("disconnected", ({ name }) => named(name), reasonOf),
};
