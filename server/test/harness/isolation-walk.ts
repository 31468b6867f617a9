/** Tries one operation on another workspace with every credential, and returns what must not have happened. */
import { uuidv7 } from "uuidv7";
import type { Operation } from "../../src/kernel/operation.ts";
import type { HttpServer } from "../../src/surfaces/http/server.ts";
import { aWatchedScene, idsIn, rowsOf, secretIdsIn, shownOf } from "./canaries.ts";
import type { TestApp } from "./harness.ts";
import { documentFields, idFields, idIn, withId } from "./input-faults.ts";
import { aScene, type Sample, type Scene } from "./scene.ts";
import { sampleOf } from "./served.ts";
import { callTool, credentialsOf, isTool, rest, type WebAnswer, withoutChance } from "./web.ts";

type Input = Record<string, unknown>;
export type Headers = Record<string, string>;
type Send = (input: Input, headers: Headers) => Promise<WebAnswer>;

const CALLERS = ["owner", "viewer", "agent", "ingest"] as const;
/** Headers that differ from answer to answer for every caller. */
const OF_THE_MOMENT = /^(?:date|x-request-id|content-length|set-cookie|retry-after|.*ratelimit.*)$/;

export interface Ground {
  /** Prepares and checks rows, with both walls in place. */
  app: TestApp;
  /** The surfaces that are tested. */
  web: HttpServer;
  /** A workspace that no attempt may change. */
  busy: Scene;
  /** The headers of that workspace's people and agents. */
  theirs: Record<"owner" | "viewer" | "agent", Headers>;
}

/** The answer without the ids that were sent and all that differs between two calls. */
function alike({ status, headers, body }: WebAnswer, sent: readonly string[]): string {
  const lasting = Object.entries(headers).filter(([name]) => !OF_THE_MOMENT.test(name));
  let text = JSON.stringify([status, lasting.sort(), { ...body, request_id: undefined }]);
  for (const id of sent) text = text.replaceAll(id, "ID");
  return withoutChance(text);
}

interface Pair {
  what: string;
  theirs: Input;
  nobodys: Input;
}

/** Inputs with ids of another workspace, one field at a time and all of a sample at once, and with ids of nothing. */
async function pairsOf(operation: Operation, sample: Sample, mine: Scene, theirs: Scene): Promise<Pair[]> {
  const fields = idFields(operation).filter((name) => !sample.own?.includes(name));
  const [right, foreign] = [await sample.input(mine), await sample.input(theirs)];
  const pairs: Pair[] = [];
  for (const field of fields) {
    const other = sample.instead?.[field];
    const [ours, others] = other ? [await other(mine), await other(theirs)] : [right, foreign];
    if (!(field in ours)) throw new Error(`The sample of ${operation.name} needs a value for ${field}.`);
    pairs.push(pairOf([field], ours, others));
  }
  const together = fields.filter((field) => field in right && field in foreign);
  return together.length > 1 ? [...pairs, pairOf(together, right, foreign)] : pairs;
}

function pairOf(fields: readonly string[], right: Input, foreign: Input): Pair {
  const put = (idOf: (field: string) => string) => {
    const ids = fields.map((field) => [field, withId(right[field], idOf(field))]);
    return { ...right, ...Object.fromEntries(ids) };
  };
  return { what: fields.join(" and "), theirs: put((field) => idIn(foreign[field])), nobodys: put(() => uuidv7()) };
}

/** A right input whose documents are full of ids of the other workspace: there they are text and lead nowhere. */
async function documentsWith(operation: Operation, { input }: Sample, mine: Scene, theirs: Scene): Promise<Input[]> {
  const { workspace, owner, agent } = theirs;
  const ids = { workspace_id: workspace.id, user_id: owner.id, agent_id: agent.id, id: agent.id };
  const fields = documentFields(operation);
  if (fields.length === 0) return [];
  const right = await input(mine);
  return fields.map((field) => ({ ...right, [field]: { ...ids, nested: [ids] } }));
}

/** Returns in sentences what an intruder could see, distinguish or change. Empty when the walls hold. */
export async function intrude({ app, web, busy }: Ground, operation: Operation): Promise<string[]> {
  const sample = sampleOf(operation);
  const [mine, theirs] = [await aScene(app), await aWatchedScene(app)];
  const right = await sample.input(mine);
  const pairs = await pairsOf(operation, sample, mine, theirs);
  const documents = await documentsWith(operation, sample, mine, theirs);
  const victims = [theirs.workspace.id, busy.workspace.id];
  const before = await rowsOf(app, victims);
  const secret = secretIdsIn(before);
  const seen: string[] = [];

  async function ask(send: Send, who: string, input: Input, headers: Headers): Promise<WebAnswer> {
    const answer = await send(input, headers);
    const shown = shownOf(secret, JSON.stringify(answer), JSON.stringify([input, headers]));
    if (shown.length > 0) seen.push(`${who} was shown ${shown.join(", ")}`);
    if (answer.status >= 500) seen.push(`${who} got status ${answer.status}`);
    return answer;
  }

  /** Returns the status of the last answer. */
  async function tellApart(send: Send, who: string, pair: readonly [Input, Headers][], sent: string[]) {
    const answers: WebAnswer[] = [];
    for (const [input, headers] of pair) answers.push(await ask(send, who, input, headers));
    const [known, unknown] = answers.map((answer) => alike(answer, sent));
    if (known !== unknown) seen.push(`${who} could distinguish: ${known} and ${unknown}`);
    return answers.at(-1)?.status;
  }

  for (const who of CALLERS) {
    const headers = await credentialsOf(mine, who);
    for (const [surface, send] of surfacesOf(web, operation, who)) {
      const asking = `${who} over ${surface}`;
      for (const { what, theirs, nobodys } of pairs) {
        const sent = [theirs, nobodys].flatMap((input) => [...idsIn([JSON.stringify(input)])]);
        const pair = [theirs, nobodys].map((input): [Input, Headers] => [input, headers]);
        const status = await tellApart(send, `${asking} with ${what}`, pair, sent);
        const mustMiss = who === sample.by && operation.kind !== "query" && !sample.judgesEach;
        if (mustMiss && status !== 404) seen.push(`${asking} with ${what} of nobody was answered ${status}`);
      }
      const chosen = [theirs.workspace.id, uuidv7()];
      const requests = chosen.map((id): [Input, Headers] => [right, { ...headers, "bailiwick-workspace": id }]);
      const status = await tellApart(send, `${asking} in the other workspace`, requests, chosen);
      if (status !== 404) seen.push(`${asking} in the other workspace was answered ${status}`);
      await ask(send, asking, right, headers);
      for (const input of documents) await ask(send, `${asking} with ids inside a document`, input, headers);
    }
  }
  const after = await rowsOf(app, victims);
  if (JSON.stringify(after) !== JSON.stringify(before)) seen.push("rows of another workspace were changed");
  return seen;
}

function surfacesOf(web: HttpServer, operation: Operation, who: (typeof CALLERS)[number]): [string, Send][] {
  const surfaces: [string, Send][] = [["REST", (input, headers) => rest(web, operation, input, headers)]];
  // Only a key reaches the tools.
  if (isTool(operation) && (who === "agent" || who === "ingest")) {
    surfaces.push(["MCP", (input, headers) => callTool(web, operation, input, headers)]);
  }
  return surfaces;
}
