/** The bytes of a downloaded file, for a preview and for the disk of the person. */
import type { Attachment, Downloaded } from "@bailiwick/sdk";

/** A browser runs nothing in these. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];
const PREVIEW_BYTES_MAX = 5 * 1024 * 1024;
/** Time for the browser to begin the download. */
const REVOKE_AFTER_MS = 60_000;

export function mayPreview({ content_type, bytes }: Attachment): boolean {
  return PICTURES.includes(content_type) && bytes <= PREVIEW_BYTES_MAX;
}

async function blobOf({ body }: Downloaded, type: string): Promise<Blob> {
  const bytes = await new Response(body).arrayBuffer();
  return new Blob([bytes], { type });
}

/** Returns a picture as a URL that the policy of the page allows. */
export async function dataUrlOf(file: Downloaded, type: string): Promise<string> {
  const blob = await blobOf(file, type);
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}

export async function saveFile(file: Downloaded): Promise<void> {
  const url = URL.createObjectURL(await blobOf(file, "application/octet-stream"));
  const link = document.createElement("a");
  link.href = url;
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS);
}
