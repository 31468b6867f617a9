/** Tasks and threads as resources, which a person can attach to a conversation. Each is the answer of a tool. */
import type { ResourceTemplateType } from "@modelcontextprotocol/server";
import type { OperationTool } from "./tools.ts";

export interface ResourceKind {
  template: ResourceTemplateType;
  tool: OperationTool;
  /** Returns the input of the tool, or undefined when the address is not of this kind. */
  inputOf(uri: string): Record<string, string> | undefined;
}

const KINDS = [
  {
    tool: "tasks_get",
    start: "bailiwick://tasks/",
    field: "id",
    name: "task",
    title: "Task",
    description: "A task with its state, its last events and the chain of creators above it.",
  },
  {
    tool: "messages_list",
    start: "bailiwick://threads/",
    field: "thread_id",
    name: "thread",
    title: "Thread",
    description: "The messages of a conversation.",
  },
] as const;

export const RESOURCE_TYPE = "application/json";

export function resourcesFor(tools: ReadonlyMap<string, OperationTool>): ResourceKind[] {
  return KINDS.flatMap(({ tool: name, start, field, ...about }) => {
    const tool = tools.get(name);
    if (!tool) return [];
    const template = { ...about, uriTemplate: `${start}{${field}}`, mimeType: RESOURCE_TYPE };
    return [{ template, tool, inputOf: (uri: string) => inputOf(uri, start, field) }];
  });
}

function inputOf(uri: string, start: string, field: string): Record<string, string> | undefined {
  if (!uri.startsWith(start)) return undefined;
  const id = uri.slice(start.length);
  return /^[\w-]+$/.test(id) ? { [field]: id } : undefined;
}
