/** Shows characters that nobody sees or that change the order of a text, so that a text is read as it is. */

/**
 * Control characters except tab and line ends, direction marks, and characters without a width. The joiners U+200C and
 * U+200D and the tags of flags are among them; `isPartOf` keeps them where they belong to the writing.
 */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|\u034f/u;
const EACH_HIDDEN = new RegExp(HIDDEN.source, "gu");

const JOINERS = /[\u200c\u200d]/;
/** An emoji before or after a joiner, with its colour or its form. */
const EMOJI_BEFORE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?$/u;
const EMOJI_AFTER = /^\p{Extended_Pictographic}/u;
/** The writings in which joiners change the form of letters. */
const JOINED =
  "[\\p{Script=Arabic}\\p{Script=Syriac}\\p{Script=Mongolian}\\p{Script=Devanagari}\\p{Script=Bengali}\\p{Script=Gurmukhi}" +
  "\\p{Script=Gujarati}\\p{Script=Oriya}\\p{Script=Tamil}\\p{Script=Telugu}\\p{Script=Kannada}\\p{Script=Malayalam}\\p{Script=Sinhala}]";
const JOINED_BEFORE = new RegExp(`${JOINED}$`, "u");
const JOINED_AFTER = new RegExp(`^${JOINED}`, "u");
const FLAG_BEFORE = /\u{1f3f4}[\u{e0020}-\u{e007e}]*$/u;
/** A flag has at most this many tags; the characters around a hidden one that matter are fewer. */
const AROUND = 24;

/** Returns the text with `[U+202E]` in place of each hidden character. */
export function visibleText(text: string): string {
  if (!HIDDEN.test(text)) return text;
  return text.replace(EACH_HIDDEN, (character, at: number) =>
    isPartOf(text, character, at) ? character : markOf(character),
  );
}

export function hasHiddenCharacter(text: string): boolean {
  return visibleText(text) !== text;
}

function isPartOf(text: string, character: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - AROUND), at);
  const after = text.slice(at + character.length, at + character.length + AROUND);
  if (character === "\r") return after.startsWith("\n");
  if (JOINERS.test(character)) {
    const isInEmoji = character === "\u200d" && EMOJI_BEFORE.test(before) && EMOJI_AFTER.test(after);
    return isInEmoji || (JOINED_BEFORE.test(before) && (JOINED_AFTER.test(after) || after === ""));
  }
  return character.length === 2 && FLAG_BEFORE.test(before);
}

function markOf(character: string): string {
  return `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;
}
