import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { servedType } from "../rules.ts";
import { StoredAttachment } from "../schema.ts";
import { requireAttachment } from "../store/attachments.ts";

/** For the surface that streams a file. */
export const openAttachment = query({
  name: "attachments.open",
  summary: "Find a file to download, with the type to serve it as.",
  route: "GET /attachments/{id}/open",
  internal: "by-surface",
  permission: "tasks:read",
  input: Fields({ id: Id }),
  output: StoredAttachment,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const stored = await requireAttachment(tx, id);
    return { ...stored, content_type: servedType(stored.content_type) };
  },
});
