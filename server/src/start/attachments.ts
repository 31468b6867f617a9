/** Connects the routes of files with the slice that stores them. */
import type { App } from "../app.ts";
import { addUploaded, openAttachment, prepareUpload, storedType } from "../attachments/index.ts";
import { ATTACHMENT_BYTES_MAX } from "../attachments/schema.ts";
import { type AttachmentParts, attachmentRoutes } from "../surfaces/attachments/attachments.ts";
import type { Extension } from "../surfaces/http/tools.ts";

export function attachmentsOf({ contents }: Pick<App, "contents">, limits: Partial<AttachmentParts> = {}): Extension {
  return attachmentRoutes({
    prepare: prepareUpload,
    add: addUploaded,
    open: openAttachment,
    typeOf: storedType,
    bytesMax: ATTACHMENT_BYTES_MAX,
    ...contents,
    ...limits,
  });
}
