/** The faults that axe-core finds on a page, one line each. */
import axe from "axe-core";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Fails with each fault: its rule, its impact, its element and the advice. */
export async function expectAccessible(page: Page): Promise<void> {
  expect(await accessibilityFaults(page), `axe on ${page.url()}`).toEqual([]);
}

export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Evaluated, because the content security policy stops a script in the page.
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (tags) => (window as unknown as { axe: typeof axe }).axe.run({ runOnly: { type: "tag", values: tags } }),
    TAGS,
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => {
      const advice = failureSummary.replaceAll(/\s*\n\s*/g, " ");
      return `${id} (${impact}) at ${target.join(" ")}: ${advice}`;
    }),
  );
}
