/** The shapes of attachments in the database and on the wire. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Fields, Id, JSON_DOCUMENT_BYTES_MAX, Nullable, Page, Text, Time } from "../kernel/schema.ts";

export const ATTACHMENT_BYTES_MAX = 25 * 1024 * 1024;
/** The most attachments of one task. */
export const TASK_ATTACHMENTS_MAX = 100;
/** The characters of a text that `attachments.get` returns. */
export const TEXT_SHOWN_MAX = 65_536;
const NAME_LENGTH_MAX = 255;
const TYPE_LENGTH_MAX = 100;
/** The longest text of a field, whose quotes count too. */
const SMALL_TEXT_MAX = JSON_DOCUMENT_BYTES_MAX - 2;
/** Base64 has a multiple of four characters. */
const SMALL_BASE64_MAX = SMALL_TEXT_MAX - (SMALL_TEXT_MAX % 4);

export const Name = Text(NAME_LENGTH_MAX, {
  description:
    "The name of the file, without a path. Control characters, invisible characters, `/` and `\\` are refused.",
});
/** A media type without parameters. */
export const ContentType = Type.String({
  minLength: 3,
  maxLength: TYPE_LENGTH_MAX,
  pattern: "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$",
});
export const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$", description: "The SHA-256 of the bytes, in hex." });
export const Bytes = Type.Integer({ minimum: 0, maximum: ATTACHMENT_BYTES_MAX, description: "The size." });

const SHOWN = {
  id: Id,
  task_id: Id,
  name: Type.String(),
  content_type: Type.String({ description: "The type that the uploader gave, corrected for pictures by their bytes." }),
  bytes: Bytes,
  sha256: Sha256,
  created_by_agent_id: Nullable(Id),
  created_by_user_id: Nullable(Id),
  created_at: Time,
};
export const Attachment = Fields(SHOWN);
export type Attachment = Static<typeof Attachment>;
export const AttachmentPage = Page(Attachment);
export const ATTACHMENT_COLUMNS = columnsOf(Attachment);

/** An attachment with the id of its content, for the code that reads the bytes. */
export const StoredAttachment = Fields({ ...SHOWN, content_id: Id });
export type StoredAttachment = Static<typeof StoredAttachment>;

export const AttachmentDetail = Fields({
  ...SHOWN,
  text: Nullable(
    Type.String({
      description: `The first ${TEXT_SHOWN_MAX} bytes as text; null when they are not UTF-8 text.`,
    }),
  ),
  is_cut: Type.Boolean({ description: "The file is longer than text." }),
  url: Type.String({ description: "The path of GET that returns the whole file, with your credential." }),
});
export type AttachmentDetail = Static<typeof AttachmentDetail>;

/** A file whose bytes are stored already. */
export const UploadedFile = Fields({
  id: Type.String({ ...Id, description: "The task." }),
  name: Name,
  content_type: ContentType,
  sha256: Sha256,
  bytes: Bytes,
});

export const SmallFile = Fields({
  task_id: Id,
  name: Name,
  content_type: Type.Optional(ContentType),
  text: Type.Optional(Type.String({ maxLength: SMALL_TEXT_MAX, description: "The content as text." })),
  base64: Type.Optional(
    Type.String({ maxLength: SMALL_BASE64_MAX, description: "The content in base64, in place of text." }),
  ),
});
