/** Values from the server's answers that are sent back to it: ids, rows, tokens, cursors. */
import type { Endpoint } from "./document.ts";
import type { Seen } from "./values.ts";

type Row = Record<string, unknown>;

interface Received {
  row: Row;
  /** The caller that received the row. */
  caller: string;
}

/** The number of values that are remembered per kind; the oldest is dropped first. */
const KEPT = 60;
/** Picks among the newest values, because later requests can still use them. */
const NEWEST = 8;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TOKEN = /[?&#]token=([\w.~-]+)/g;

function keep<T>(lists: Map<string, T[]>, name: string, value: T): void {
  const list = lists.get(name) ?? [];
  lists.set(name, list);
  list.push(value);
  if (list.length > KEPT) list.shift();
}

function newest<T>(list: readonly T[] | undefined, pick: number): T | undefined {
  return list?.[list.length - 1 - (pick % Math.min(NEWEST, list.length))];
}

/** The kind of an id with this name: `assigned_to_agent_id` and `agent_ids` are ids of `agents`. */
function kindOf(name: string, { resource, topics }: Endpoint): string {
  const word = /([a-z]+)_ids?$/.exec(name)?.[1];
  if (word !== undefined) return `${word}s`;
  if (name === "Bailiwick-Workspace") return "workspaces";
  return name === "id" ? resource : (topics[0] ?? resource);
}

export function createMemory(foreign: Record<string, string[]>) {
  const rows = new Map<string, Received[]>();
  const ids = new Map<string, string[]>();
  const values = new Map<string, unknown[]>();
  /** Ids that stay valid for longer than the newest ones. */
  const anchors = new Map<string, string[]>();

  function learnRow(endpoint: Endpoint, caller: string, row: Row): void {
    const { id } = row;
    if (typeof id === "string" && UUID.test(id)) {
      for (const topic of new Set([endpoint.resource, ...endpoint.topics])) {
        keep(rows, topic, { row, caller });
        keep(ids, topic, id);
      }
    }
    for (const [name, value] of Object.entries(row)) if (name !== "id") learnField(endpoint, name, value);
  }

  function learnField(endpoint: Endpoint, name: string, value: unknown): void {
    if (typeof value === "string" && UUID.test(value)) keep(ids, kindOf(name, endpoint), value);
    else if (typeof value === "string" || typeof value === "number")
      keep(values, name === "next_cursor" ? "cursor" : name, value);
  }

  function learn(endpoint: Endpoint, caller: string, value: unknown): void {
    if (value === null || typeof value !== "object") return;
    if (!Array.isArray(value)) learnRow(endpoint, caller, value as Row);
    for (const field of Object.values(value)) learn(endpoint, caller, field);
  }

  function pickId(kind: string, pick: number, otherwise: unknown): unknown {
    const share = pick % 100;
    if (share < 45) return newest(ids.get(kind), pick) ?? otherwise;
    if (share < 85) return newest(anchors.get(kind) ?? ids.get(kind), pick) ?? otherwise;
    return share < 93 ? (newest(foreign[kind], pick) ?? otherwise) : otherwise;
  }

  return {
    learn,
    /** Reads tokens from links in answers and mails. */
    learnTokens(text: string): void {
      for (const [, token] of text.matchAll(TOKEN)) keep(values, "token", token);
    },
    anchor: (kind: string, known: string[]) => void anchors.set(kind, known),
    /** A row that this caller received, preferably with these fields. */
    rowFor({ resource }: Endpoint, caller: string, fields: readonly string[], pick: number): Row | undefined {
      const known = rows.get(resource) ?? [];
      const own = known.filter((row) => row.caller === caller);
      const whole = own.filter(({ row }) => fields.some((name) => name !== "id" && Object.hasOwn(row, name)));
      const from = [whole, own, known][pick % 10 < 6 ? 0 : pick % 10 < 8 ? 1 : 2] ?? known;
      return newest(from.length > 0 ? from : known, pick)?.row;
    },
    /** The remembered value for a placeholder. */
    recall({ name, pick, otherwise }: Seen, endpoint: Endpoint, row: Row | undefined): unknown {
      if (typeof otherwise === "string" && UUID.test(otherwise)) return pickId(kindOf(name, endpoint), pick, otherwise);
      const own = row?.[name];
      if (pick % 10 < 7 && (typeof own === "string" || typeof own === "number")) return own;
      // A number with a common name is useless in another row; a token is not.
      return typeof otherwise === "number" ? otherwise : (newest(values.get(name), pick) ?? otherwise);
    },
  };
}

export type Memory = ReturnType<typeof createMemory>;
