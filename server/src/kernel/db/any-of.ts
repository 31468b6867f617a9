/** Many values as one array parameter: a statement takes 65,535 parameters at most, and each list size is a plan. */
import { type RawBuilder, sql } from "kysely";

/** For `.where("id", "=", anyOf(ids))`. */
export function anyOf(values: readonly string[], type: "uuid" | "text" = "uuid"): RawBuilder<string> {
  return sql<string>`any(${[...new Set(values)]}::${sql.raw(type)}[])`;
}

/** A text as the beginning or part of a pattern of `like`, in which no character stands for others. */
export function escapeLike(text: string): string {
  return text.replaceAll(/[\\%_]/g, "\\$&");
}
