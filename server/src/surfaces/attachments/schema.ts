/** The shapes of the routes whose bodies are files, for the OpenAPI document. */
import Type from "typebox";
import { Fields, Id, Text } from "../../kernel/schema.ts";

const NAME_LENGTH_MAX = 255;

export const TaskPath = Fields({ id: Type.String({ ...Id, description: "The task." }) });
export const AttachmentPath = Fields({ id: Id });
export const UploadQuery = Fields({
  name: Text(NAME_LENGTH_MAX, { description: "The name of the file, without a path." }),
});
export const FileBytes = Type.String({ description: "The bytes of the file." });
