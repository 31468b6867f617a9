/** The words of actions. Pure. */

/** `send_request` → `Send request`. */
export function typeText(type: string): string {
  const words = type.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
