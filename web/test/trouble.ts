/** Watches pages for errors, failed requests and violations of their policy. */
import type { BrowserContext, Page } from "playwright-core";

export interface Trouble {
  /** One line per fault, the oldest first. */
  readonly lines: readonly string[];
  /** Expects one or more lines that match. */
  expect(pattern: RegExp): void;
  /** Allows lines that match, which may come after the end of the test or never. */
  allow(pattern: RegExp): void;
  /** Returns unexpected lines, and expected patterns without a line. */
  faults(): string[];
}

/** The message of the console for a failed request; the request itself is reported with more detail. */
const FAILED_LOAD = /^Failed to load resource/;
/** The reason of requests that end by navigation, by closing a stream or by an abort. */
const GIVEN_UP = "net::ERR_ABORTED";

/** Watches all pages of a context. */
export async function watch(context: BrowserContext): Promise<Trouble> {
  const lines: string[] = [];
  const expected: RegExp[] = [];
  const allowed: RegExp[] = [];
  context.on("console", (message) => {
    const isTrouble = message.type() === "error" || message.type() === "warning";
    if (isTrouble && !FAILED_LOAD.test(message.text())) lines.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => lines.push(`error: ${error.error().stack ?? error.error().message}`));
  context.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "failed";
    if (reason !== GIVEN_UP) lines.push(`request: ${request.method()} ${request.url()} ${reason}`);
  });
  context.on("response", (response) => {
    if (response.status() < 400) return;
    lines.push(`answer: ${response.status()} to ${response.request().method()} ${response.url()}`);
  });
  await context.exposeFunction("reportPolicy", (line: string) => void lines.push(`policy: ${line}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
      const { reportPolicy } = window as unknown as { reportPolicy(line: string): void };
      reportPolicy(`${effectiveDirective} stopped ${blockedURI} of ${sourceFile || location.href}:${lineNumber}`);
    });
  });
  return {
    lines,
    expect: (pattern) => void expected.push(pattern),
    allow: (pattern) => void allowed.push(pattern),
    faults: () => [
      ...lines.filter((line) => ![...expected, ...allowed].some((pattern) => pattern.test(line))),
      ...expected.filter((pattern) => !lines.some((line) => pattern.test(line))).map((one) => `expected: ${one}`),
    ],
  };
}

/** Waits for pending messages of the page, which arrive in the order of sending. */
export async function settle(page: Page): Promise<void> {
  await page
    .evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
    .catch(() => undefined);
}
