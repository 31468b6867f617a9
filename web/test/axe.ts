/** The faults that axe-core finds on a page, one line each. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];
/** The package's `source` is more than twice as long, and each page that loads gets it again. */
const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails with each fault: its rule, its impact, its element and the advice. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await accessibilityFaults(page), `axe on ${page.url()}`).toEqual([]);
}

export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated, because the content security policy stops a script in the page.
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(SOURCE);
  const violations = await page.evaluate(async (values) => {
    const { axe: inPage } = window as unknown as { axe: typeof axe };
    // No rule of these tags reads style sheets, which axe would load again.
    const options: axe.RunOptions = { preload: false, runOnly: { type: "tag", values }, resultTypes: ["violations"] };
    return (await inPage.run(options)).violations;
  }, TAGS);
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => {
      const advice = failureSummary.replaceAll(/\s*\n\s*/g, " ");
      return `${id} (${impact}) at ${target.join(" ")}: ${advice}`;
    }),
  );
}
