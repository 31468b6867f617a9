/** Finds variables that look like settings and are none, such as a misspelt name. */
import { SETTINGS } from "./config.ts";

/** The variables that commands and clients read, and those of the tests. */
const OTHERS = /^BAILIWICK_(URL|KEY|SESSION|DEMO_PATH|TEST_[A-Z_]+|MODEL_[A-Z_]+|CHAOS_[A-Z_]+|VITEST_[A-Z_]+)$/;
/** The letters that may differ from the name that is proposed. */
const DISTANCE_MAX = 3;

/** Returns a sentence for each variable. */
export function unknownSettings(env: Readonly<Record<string, string | undefined>>): string[] {
  const known = Object.values(SETTINGS).map(({ name }) => name);
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith("BAILIWICK_") && !known.includes(name) && !OTHERS.test(name),
  );
  return unknown.sort().map((name) => {
    const [near] = known
      .map((other) => ({ other, letters: distance(name, other) }))
      .filter(({ letters }) => letters <= DISTANCE_MAX)
      .sort((a, b) => a.letters - b.letters);
    const hint = near ? ` Did you mean ${near.other}?` : " bailiwick config lists all settings.";
    return `${name} is set, and there is no such setting.${hint}`;
  });
}

/** Returns the number of letters to add, remove or replace. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [line, letter] of [...one].entries()) {
    const next = [line + 1];
    for (let column = 1; column <= other.length; column++) {
      const [left = 0, above = 0, before = 0] = [next[column - 1], row[column], row[column - 1]];
      next.push(Math.min(left + 1, above + 1, before + (other[column - 1] === letter ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
