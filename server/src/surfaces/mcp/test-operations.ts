/** The operations for the tests of MCP and of the SDK. */
import Type from "typebox";
import { uuidv7 } from "uuidv7";
import type { Actor, Permission } from "../../kernel/actor.ts";
import { factType } from "../../kernel/facts/fact.ts";
import { changed, command, type Operation, query, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id, Page, PageInput, Text } from "../../kernel/schema.ts";

const Note = Fields({ id: Id, text: Type.String() });

const noteAdded = factType({
  type: "note.added",
  subject: "note",
  meaning: "A note was written.",
  data: Fields({ text: Type.String() }),
});

const addNote = command({
  name: "notes.add",
  summary: "Write a note.",
  route: "POST /notes",
  permission: "notes:write",
  input: Fields({ text: Text(100) }),
  output: Note,
  status: 201,
  problems: ["invalid_input"],
  async run(_context, { text }) {
    const id = uuidv7();
    return changed({ id, text }, noteAdded(id, { text }));
  },
});

const findNote = query({
  name: "notes.get",
  summary: "Read a note.",
  description: "There is only ever one in a test.",
  route: "GET /notes/{id}",
  permission: "notes:read",
  input: Fields({ id: Id }),
  output: Note,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const rows = await tx.statement<{ text: string }>(
      "notes.find",
      "select data->>'text' as text from facts where workspace_id = $1 and subject_id = $2",
      [tx.workspace, id],
    );
    if (!rows[0]) throw new Problem("not_found", `There is no note ${id}.`, { next_step: "Look for another." });
    return { id, text: rows[0].text };
  },
});

const listNotes = query({
  name: "notes.list",
  summary: "List the notes.",
  route: "GET /notes",
  permission: "notes:read",
  input: Fields(PageInput),
  output: Page(Note),
  problems: [],
  async run({ tx }) {
    const items = await tx.statement<{ id: string; text: string }>(
      "notes.list",
      "select subject_id as id, data->>'text' as text from facts where workspace_id = $1 order by seq",
      [tx.workspace],
    );
    return { items, next_cursor: null };
  },
});

/** Waits for a note that never comes. */
const awaitNote = query({
  name: "notes.await",
  summary: "Wait for a note.",
  route: "GET /notes/await",
  permission: "notes:read",
  input: Fields({ wait_seconds: Type.Integer({ minimum: 0, maximum: 30 }) }),
  output: Fields({ items: Type.Array(Note) }),
  problems: [],
  poll: { seconds: ({ wait_seconds }) => wait_seconds, isEmpty: ({ items }) => items.length === 0 },
  async run() {
    return { items: [] };
  },
});

const breakDown = query({
  name: "notes.break",
  summary: "Fail as only a bug can.",
  route: "GET /notes/break",
  permission: "notes:read",
  input: Fields({}),
  output: Fields({}),
  problems: [],
  async run() {
    throw new Error("secret of the server");
  },
});

const manageNotes = command({
  name: "notes.manage",
  summary: "Something only people do.",
  route: "POST /notes/manage",
  permission: "notes:manage",
  input: Fields({}),
  output: Fields({}),
  problems: ["forbidden"],
  async run() {
    return unchanged({});
  },
});

export const NOTE_OPERATIONS: readonly Operation[] = [addNote, findNote, listNotes, awaitNote, breakDown, manageNotes];

export function anAgent(workspace: string, permissions: readonly Permission[]): Actor {
  const id = uuidv7();
  return {
    kind: "agent",
    id,
    key_id: null,
    session_id: null,
    workspace,
    role: null,
    permissions: new Set(permissions),
    credential: `agent:${id}`,
  };
}
