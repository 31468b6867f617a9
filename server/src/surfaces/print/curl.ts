/** An operation as a command that can be pasted into a shell. */
import type { Operation } from "../../kernel/operation.ts";
import { isReadFromQuery, methodOf, parametersOf, pathOf } from "../route.ts";
import { sample, sampleObject } from "./sample.ts";
import type { Shape } from "./words.ts";

export function curlText(operation: Operation, baseUrl: string): string {
  const { route, input } = operation;
  // A typebox object is a JSON Schema.
  const shape = input as unknown as Shape;
  const properties = input.properties as Record<string, Shape>;
  const path = pathOf(route).replace(/\{([a-z_]+)\}/g, (_, name: string) =>
    String(sample(properties[name] ?? {}, name)),
  );
  const inPath = parametersOf(route);
  const given = Object.entries(sampleObject(shape)).filter(([name]) => !inPath.includes(name));
  const method = methodOf(route);
  const lines = [
    `curl ${method === "GET" ? "" : `-X ${method} `}${quoted(`${baseUrl}/api${path}${queryText(route, given)}`)}`,
  ];
  if (operation.kind !== "public") lines.push(`-H "Authorization: Bearer $BAILIWICK_KEY"`);
  if (!isReadFromQuery(route) && given.length > 0) {
    lines.push("-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(Object.fromEntries(given)))}`);
  }
  return lines.join(" \\\n  ");
}

function queryText(route: Operation["route"], given: [string, unknown][]): string {
  if (!isReadFromQuery(route) || given.length === 0) return "";
  return `?${new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
