/** What the text of a route says. */
import type { Route } from "../kernel/operation.ts";

export function methodOf(route: Route): "GET" | "POST" | "PUT" | "DELETE" {
  // A route is a method, a space and a path.
  return route.slice(0, route.indexOf(" ")) as "GET" | "POST" | "PUT" | "DELETE";
}

export function pathOf(route: Route): string {
  return route.slice(route.indexOf(" ") + 1);
}

export function parametersOf(route: Route): string[] {
  return [...route.matchAll(/\{([a-z_]+)\}/g)].flatMap(([, name]) => name ?? []);
}

/** Whether the input comes in the query string rather than in a body. */
export function isReadFromQuery(route: Route): boolean {
  return methodOf(route) === "GET" || methodOf(route) === "DELETE";
}
