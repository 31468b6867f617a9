/** The answers that the server put into the page. They serve the reads of the first screen, until something changes. */

interface FirstAnswers {
  workspace: string;
  /** The event of the live feed before which all these answers were read. */
  event: string;
  /** By the address of the read. */
  answers: Record<string, unknown>;
}

/** After the first read. A later one wants newer data. */
const KEPT_MS = 8_000;
/** The script of a slow machine starts long before its first read. */
let readAtMs: number | undefined;

let first = readPage();

function readPage(): FirstAnswers | undefined {
  // Unit tests import this file without a page.
  if (typeof document === "undefined") return undefined;
  const element = document.getElementById("first-answers");
  if (!(element instanceof HTMLScriptElement)) return undefined;
  element.remove();
  // The server writes this element.
  return JSON.parse(element.text) as FirstAnswers;
}

/** Without a workspace, it is that of the page. */
export function firstAnswer(address: string, workspace = first?.workspace): unknown {
  readAtMs ??= performance.now();
  return workspace === first?.workspace && performance.now() - readAtMs < KEPT_MS ? first?.answers[address] : undefined;
}

/** Called when something changed: each later read goes to the server. */
export function forgetFirstAnswers(): void {
  if (first) first = { ...first, answers: {} };
}

/** The event from which the live feed must go on, so that no answer in the page misses a change. */
export function firstEvent(workspace: string): string | undefined {
  return workspace === first?.workspace ? first.event : undefined;
}

/** A `fetch` for the client of this workspace. */
export function fetchFirst(workspace: string | undefined): typeof fetch {
  return (input, init) => {
    if ((init?.method ?? "GET") !== "GET") forgetFirstAnswers();
    const answer = typeof input === "string" ? firstAnswer(input, workspace) : undefined;
    return answer === undefined ? fetch(input, init) : Promise.resolve(Response.json(answer));
  };
}
