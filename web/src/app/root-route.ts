/** The route above all others. What it shows is set in `router.tsx`, so that pages can hang below it without a circle. */
import { createRootRoute, retainSearchParams } from "@tanstack/react-router";

export interface RootSearch {
  /** The workspace that is worked in, when it is not the person's first one. */
  workspace?: string | undefined;
}

export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch => ({ workspace: textOf(search.workspace) }),
  search: { middlewares: [retainSearchParams(["workspace"])] },
});

/** What the address says under a name, if it is a text that can be one. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof text === "string" && text !== "" && text.length <= 500 ? text : undefined;
}

export function oneOf<Value extends string>(value: unknown, values: readonly Value[]): Value | undefined {
  return values.find((one) => one === value);
}
