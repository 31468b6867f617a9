/** Values from the server's answers that are sent back to it: ids, rows, tokens, cursors. */
import type { Endpoint } from "./document.ts";
import type { Seen } from "./values.ts";

type Row = Record<string, unknown>;

interface Received {
  row: Row;
  /** The caller that received the row. */
  caller: string;
}

/** Where a row comes from. */
interface From {
  caller: string;
  kinds: readonly string[];
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

/** The kinds of the rows that the endpoint returns: `events` for `/api/tasks/{id}/events`. */
function kindsOf({ resource, topics: [topic = resource, last = topic] }: Endpoint): string[] {
  return last.endsWith("s") ? [last] : [...new Set([resource, topic])];
}

/** True when the row says that the caller may take the step of the endpoint now. */
function allows({ allowed_steps: steps }: Row, { topics }: Endpoint): boolean {
  return Array.isArray(steps) && steps.some(({ step, allowed }) => allowed && step === topics[1]);
}

export function createMemory(foreign: Record<string, string[]>) {
  const rows = new Map<string, Received[]>();
  const ids = new Map<string, string[]>();
  const values = new Map<string, unknown[]>();
  /** Ids that stay valid for longer than the newest ones. */
  const anchors = new Map<string, string[]>();

  function receive(kind: string, caller: string, row: Row): void {
    keep(rows, kind, { row, caller });
  }

  function learnRow(endpoint: Endpoint, { caller, kinds }: From, row: Row): void {
    const { id } = row;
    if (typeof id === "string" && UUID.test(id)) {
      for (const kind of kinds) {
        receive(kind, caller, row);
        keep(ids, kind, id);
      }
    }
    for (const [name, value] of Object.entries(row)) if (name !== "id") learnField(endpoint, name, value);
  }

  function learnField(endpoint: Endpoint, name: string, value: unknown): void {
    if (typeof value === "string" && UUID.test(value)) keep(ids, kindOf(name, endpoint), value);
    else if (typeof value === "string" || typeof value === "number")
      keep(values, name === "next_cursor" ? "cursor" : name, value);
  }

  function learn(endpoint: Endpoint, from: From, value: unknown): void {
    if (value === null || typeof value !== "object") return;
    if (Array.isArray(value)) {
      for (const item of value) learn(endpoint, from, item);
      return;
    }
    learnRow(endpoint, from, value as Row);
    for (const [name, field] of Object.entries(value)) {
      // The events in a task are no tasks: the name of a field is the kind of the rows in it.
      learn(endpoint, name === "items" ? from : { ...from, kinds: [name] }, field);
    }
  }

  function pickId(kind: string, pick: number, otherwise: unknown): unknown {
    const share = pick % 100;
    if (share < 45) return newest(ids.get(kind), pick) ?? otherwise;
    if (share < 85) return newest(anchors.get(kind) ?? ids.get(kind), pick) ?? otherwise;
    return share < 93 ? (newest(foreign[kind], pick) ?? otherwise) : otherwise;
  }

  return {
    learn(endpoint: Endpoint, caller: string, answer: unknown): void {
      learn(endpoint, { caller, kinds: kindsOf(endpoint) }, answer);
    },
    /** Remembers a row as if the caller had received it. */
    receive,
    /** Reads tokens from links in answers and mails. */
    learnTokens(text: string): void {
      for (const [, token] of text.matchAll(TOKEN)) keep(values, "token", token);
    },
    anchor: (kind: string, known: string[]) => void anchors.set(kind, known),
    /** A row that this caller received, preferably one that allows the step, or one with these fields. */
    rowFor(endpoint: Endpoint, caller: string, fields: readonly string[], pick: number): Row | undefined {
      const known = rows.get(endpoint.resource) ?? [];
      const own = known.filter((row) => row.caller === caller);
      const ready = own.filter(({ row }) => allows(row, endpoint));
      const whole = own.filter(({ row }) => fields.some((name) => name !== "id" && Object.hasOwn(row, name)));
      const best = ready.length > 0 ? ready : whole;
      const from = [best, own, known][pick % 10 < 6 ? 0 : pick % 10 < 8 ? 1 : 2] ?? known;
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
