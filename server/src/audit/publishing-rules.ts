/** The mail with a checkpoint. */
import type { Mail } from "../kernel/environment.ts";

interface Published {
  checkpoint: string;
  size: number;
  key: string;
}

export function checkpointMail(to: string, { checkpoint, size, key }: Published): Mail {
  const text = [
    `Keep this mail. It fixes the first ${size} facts of your Bailiwick workspace. Nobody who changes, removes or adds one`,
    "of them later can make this checkpoint again, not even the operator of the server.",
    "",
    checkpoint.trimEnd(),
    "",
    "The key that verifies it. It is the same in every mail; a mail with another key is a reason to ask:",
    "",
    key,
    "",
    "To verify, save the lines of the checkpoint, from the first to the signature, as a file:",
    "",
    "  bailiwick audit export record.jsonl",
    `  bailiwick audit verify record.jsonl --checkpoint FILE --key '${key}'`,
    "",
  ];
  return { to, subject: `Checkpoint of your Bailiwick record: ${size} facts`, text: text.join("\n") };
}
