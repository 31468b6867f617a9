import { query } from "../../kernel/operation.ts";
import { Fields, Id, PageInput } from "../../kernel/schema.ts";
import { requireTask } from "../../tasks/index.ts";
import { AttachmentPage } from "../schema.ts";
import { listOfTask } from "../store/attachments.ts";

export const listAttachments = query({
  name: "attachments.list",
  summary: "List the files of a task, oldest first.",
  route: "GET /tasks/{id}/attachments",
  permission: "tasks:read",
  input: Fields({ id: Id, ...PageInput }),
  output: AttachmentPage,
  problems: ["not_found"],
  async run({ tx }, { id, limit, cursor }) {
    await requireTask(tx, id);
    return listOfTask(tx, id, { limit, cursor });
  },
});
