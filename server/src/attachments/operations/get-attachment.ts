import { isUtf8 } from "node:buffer";
import { only } from "../../kernel/db/columns.ts";
import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { ATTACHMENT_COLUMNS, AttachmentDetail, TEXT_SHOWN_MAX } from "../schema.ts";
import { requireAttachment } from "../store/attachments.ts";
import { findStart } from "../store/contents.ts";

export const getAttachment = query({
  name: "attachments.get",
  summary: "Read a file of a task: its name, type, size and hash, and its text.",
  description: "A file that is no text, or longer than text, is at url: GET it with your credential.",
  route: "GET /attachments/{id}/details",
  permission: "tasks:read",
  input: Fields({ id: Id }),
  output: AttachmentDetail,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const stored = await requireAttachment(tx, id);
    const first = (await findStart(tx, stored.content_id, TEXT_SHOWN_MAX)) ?? Buffer.alloc(0);
    const text = textOf(first, stored.bytes > TEXT_SHOWN_MAX);
    return {
      ...only(stored, ATTACHMENT_COLUMNS),
      text,
      is_cut: stored.bytes > TEXT_SHOWN_MAX,
      url: `/api/attachments/${id}`,
    };
  },
});

/** The longest character of UTF-8, less one. */
const PART_BYTES_MAX = 3;

/** Returns the text of these bytes. A cut may have left a part of a character at the end. */
function textOf(bytes: Buffer, isCut: boolean): string | null {
  for (let left = 0; left <= (isCut ? PART_BYTES_MAX : 0); left++) {
    const whole = bytes.subarray(0, bytes.length - left);
    if (isUtf8(whole) && !whole.includes(0)) return whole.toString("utf8");
  }
  return null;
}
