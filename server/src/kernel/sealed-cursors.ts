/** Callers cannot read cursors. A cursor is accepted only by the list and the workspace that returned it. */
import type { SecretBox } from "./environment.ts";
import type { Operation } from "./operation.ts";
import { badCursor } from "./paging.ts";
import { type SealedTexts, sealedTexts } from "./sealed-text.ts";

type Fields = Record<string, unknown>;

export interface SealedCursors {
  open(operation: Operation, workspace: string, input: Fields): Fields;
  seal(operation: Operation, workspace: string, output: unknown): unknown;
}

export function sealedCursors(secrets: SecretBox): SealedCursors {
  const texts = (operation: Operation, workspace: string): SealedTexts =>
    sealedTexts(secrets, workspace, `cursor:${operation.name}`);
  return {
    open(operation, workspace, input) {
      if (!isPaged(operation) || typeof input.cursor !== "string") return input;
      const cursor = texts(operation, workspace).open(input.cursor);
      if (cursor === undefined) throw badCursor();
      return { ...input, cursor };
    },
    seal(operation, workspace, output) {
      if (!isPaged(operation)) return output;
      const page = output as Fields;
      if (typeof page.next_cursor !== "string") return output;
      return { ...page, next_cursor: texts(operation, workspace).seal(page.next_cursor) };
    },
  };
}

function isPaged({ input }: Operation): boolean {
  return Object.hasOwn(input.properties, "cursor");
}
