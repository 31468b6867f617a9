/** What a page may not do unnoticed: errors, failed requests, and what its policy had to stop. */
import type { BrowserContext, Page } from "playwright-core";

export interface Trouble {
  /** One line each, the oldest first. */
  readonly lines: readonly string[];
  /** Takes note that one line or more will match, and must. */
  expect(pattern: RegExp): void;
  /** What is wrong at the end: unexpected lines, and what was expected in vain. */
  faults(): string[];
}

/** The console's words for a request that failed, which is told more exactly here. */
const FAILED_LOAD = /^Failed to load resource/;
/** Navigating away and closing a stream end requests; so does whoever asked and no longer wants the answer. */
const GIVEN_UP = "net::ERR_ABORTED";

/** Watches all pages of a context. */
export async function watch(context: BrowserContext): Promise<Trouble> {
  const lines: string[] = [];
  const expected: RegExp[] = [];
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
  await context.exposeFunction("tellPolicy", (line: string) => void lines.push(`policy: ${line}`));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber } = event;
      const tell = (window as unknown as { tellPolicy(line: string): void }).tellPolicy;
      tell(`${effectiveDirective} stopped ${blockedURI} of ${sourceFile || location.href}:${lineNumber}`);
    });
  });
  return {
    lines,
    expect: (pattern) => void expected.push(pattern),
    faults: () => [
      ...lines.filter((line) => !expected.some((pattern) => pattern.test(line))),
      ...expected.filter((pattern) => !lines.some((line) => pattern.test(line))).map((one) => `expected: ${one}`),
    ],
  };
}

/** Lets what the page still has to say arrive: its messages come in the order in which they were sent. */
export async function settle(page: Page): Promise<void> {
  await page
    .evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))))
    .catch(() => undefined);
}
