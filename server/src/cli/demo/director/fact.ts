/** Reads fields of a fact's data. The data has no type here, so each field is checked. */
import type { Fact } from "../../../../../sdk/src/index.ts";

export function textIn({ data }: Fact, field: string): string | undefined {
  const value = (data as Record<string, unknown>)[field];
  return typeof value === "string" ? value : undefined;
}

export function numberIn({ data }: Fact, field: string): number | undefined {
  const value = (data as Record<string, unknown>)[field];
  return typeof value === "number" ? value : undefined;
}
