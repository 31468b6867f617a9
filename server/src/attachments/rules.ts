/** Pure decisions about files: names, types, and who may remove them. */
import type { Actor } from "../kernel/actor.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { type Attachment, TASK_ATTACHMENTS_MAX } from "./schema.ts";

const BINARY = "application/octet-stream";

/** Control characters, marks that change the direction of text and so hide the ending of a name, and invisible spaces. */
const UNSAFE = /[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ufeff]/u;

/** Throws when a name could be read as a path, or shows something else than it is. */
export function requireName(name: string): void {
  if (/[/\\]/.test(name)) throw invalid("/name", "must be the name of a file, without / and \\.");
  if (UNSAFE.test(name))
    throw invalid("/name", "must not contain control characters, direction marks or invisible spaces.");
  if (name.trim() === "." || name.trim() === "..") throw invalid("/name", "must be the name of a file.");
}

/** The pictures that pages may show, by their first bytes. */
const PICTURES: readonly { type: string; matches(head: Buffer): boolean }[] = [
  { type: "image/png", matches: (head) => startsWith(head, "\x89PNG\r\n\x1a\n") },
  { type: "image/jpeg", matches: (head) => startsWith(head, "\xff\xd8\xff") },
  { type: "image/gif", matches: (head) => startsWith(head, "GIF87a") || startsWith(head, "GIF89a") },
  { type: "image/webp", matches: (head) => startsWith(head, "RIFF") && head.toString("latin1", 8, 12) === "WEBP" },
];

function startsWith(head: Buffer, text: string): boolean {
  return head.toString("latin1", 0, text.length) === text;
}

/**
 * Returns the type to store. A picture gets the type of its bytes, and what only claims to be such a picture is stored
 * as bytes of an unknown type.
 */
export function storedType(declared: string | undefined, head: Buffer): string {
  const found = PICTURES.find(({ matches }) => matches(head))?.type;
  if (found !== undefined) return found;
  const given = (declared ?? BINARY).toLowerCase();
  return PICTURES.some(({ type }) => type === given) ? BINARY : given;
}

/** The types with which a file is served. A browser runs none of them. */
const SERVED = new Set([
  ...PICTURES.map(({ type }) => type),
  "application/json",
  "application/gzip",
  "application/zip",
  "text/csv",
  "text/markdown",
  "text/plain",
]);

/** Returns the type for the header of a download. HTML, SVG, PDF and everything unknown are only bytes. */
export function servedType(stored: string): string {
  if (!SERVED.has(stored)) return BINARY;
  return stored.startsWith("text/") ? `${stored}; charset=utf-8` : stored;
}

/** Returns the type of a text or of bytes when the caller gives none. */
export function assumedType(isText: boolean): string {
  return isText ? "text/plain" : BINARY;
}

/** Returns the bytes of base64, with or without the signs at its end. */
export function decodeBase64(text: string): Buffer {
  const bytes = Buffer.from(text, "base64");
  const plain = (one: string) => one.replace(/=+$/, "");
  if (plain(bytes.toString("base64")) !== plain(text)) throw invalid("/base64", "is not base64.");
  return bytes;
}

export function requireRoomInTask(count: number): void {
  if (count < TASK_ATTACHMENTS_MAX) return;
  throw new Problem("conflict", `The task has ${count} attachments, which is the limit.`, {
    next_step: "Remove attachments that are no longer needed, or put several files into one archive.",
  });
}

/** The uploader, owners and admins may remove an attachment. */
export function requireRemove(
  { created_by_agent_id, created_by_user_id }: Pick<Attachment, "created_by_agent_id" | "created_by_user_id">,
  { kind, id, role }: Pick<Actor, "kind" | "id" | "role">,
): void {
  if (kind === "agent" && created_by_agent_id === id) return;
  if (kind === "user" && (created_by_user_id === id || role === "owner" || role === "admin")) return;
  throw new Problem("forbidden", "Only its uploader, an owner or an admin may remove an attachment.");
}
