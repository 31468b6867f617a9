/**
 * Many values as one array parameter: a statement takes at most 65,535 parameters, and each length of a list would need
 * its own plan.
 */
import { type RawBuilder, sql } from "kysely";

/** For `.where("id", "=", anyOf(ids))`. */
export function anyOf(values: readonly string[], type: "uuid" | "text" = "uuid"): RawBuilder<string> {
  return sql<string>`any(${[...new Set(values)]}::${sql.raw(type)}[])`;
}

/** Escapes the wildcards of `like` in a text. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
