import type { Operation } from "../kernel/operation.ts";
import { addUploaded } from "./operations/add-uploaded.ts";
import { createAttachment } from "./operations/create-attachment.ts";
import { deleteAttachment } from "./operations/delete-attachment.ts";
import { getAttachment } from "./operations/get-attachment.ts";
import { listAttachments } from "./operations/list-attachments.ts";
import { openAttachment } from "./operations/open-attachment.ts";
import { prepareUpload } from "./operations/prepare-upload.ts";

export const ATTACHMENT_OPERATIONS: readonly Operation[] = [
  createAttachment,
  listAttachments,
  getAttachment,
  deleteAttachment,
  prepareUpload,
  addUploaded,
  openAttachment,
];
