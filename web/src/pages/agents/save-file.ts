import { saveText } from "../../ui/save-text.ts";

/** Downloads a document as a JSON file. */
export function saveFile(name: string, document: unknown): void {
  saveText(fileName(name), "application/json", JSON.stringify(document, null, 2));
}

/** Names come from agents, and file systems refuse some characters. */
export function fileName(name: string): string {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 60);
  return `${plain || "agent"}.agent.json`;
}
