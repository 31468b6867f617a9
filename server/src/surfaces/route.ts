/** Reads the parts of a route: the method, the path and the names of its parameters. */
import type { Route } from "../kernel/operation.ts";

export function methodOf(route: Route): "GET" | "POST" | "PUT" | "DELETE" {
  // The type `Route` is a method, a space and a path.
  return route.slice(0, route.indexOf(" ")) as "GET" | "POST" | "PUT" | "DELETE";
}

export function pathOf(route: Route): string {
  return route.slice(route.indexOf(" ") + 1);
}

export function parametersOf(route: Route): string[] {
  return [...route.matchAll(/\{([a-z_]+)\}/g)].flatMap(([, name]) => name ?? []);
}

/** Returns true when the input is in the query string and not in a body. */
export function isReadFromQuery(route: Route): boolean {
  return methodOf(route) === "GET" || methodOf(route) === "DELETE";
}
