/** The root route. `router.tsx` sets its component, so that pages can import the route without a circle. */
import { createRootRoute, retainSearchParams } from "@tanstack/react-router";

export interface RootSearch {
  /** The current workspace, so that a copied address opens it for every member. */
  workspace?: string | undefined;
  /** The person has just accepted an invitation to it. */
  joined?: "yes" | undefined;
}

export const rootRoute = createRootRoute({
  validateSearch: (search: Record<string, unknown>): RootSearch => ({
    workspace: textOf(search.workspace),
    joined: oneOf(search.joined, ["yes"]),
  }),
  search: { middlewares: [retainSearchParams(["workspace"])] },
});

/** Returns a search parameter as text, or undefined when it is missing or too long. */
export function textOf(value: unknown): string | undefined {
  const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
  return typeof text === "string" && text !== "" && text.length <= 500 ? text : undefined;
}

export function oneOf<Value extends string>(value: unknown, values: readonly Value[]): Value | undefined {
  return values.find((one) => one === value);
}
