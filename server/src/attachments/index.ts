export { type Contents, createContents } from "./contents.ts";
export { addUploaded } from "./operations/add-uploaded.ts";
export { openAttachment } from "./operations/open-attachment.ts";
export { prepareUpload } from "./operations/prepare-upload.ts";
export { storedType } from "./rules.ts";
export { requireAttachments, sumAttachmentBytes } from "./store/attachments.ts";
