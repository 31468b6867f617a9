/** Finds characters in a page that nobody sees or that change the order of its text. */
import type { Page } from "playwright-core";
import { hasHiddenCharacter } from "../src/ui/visible-text.ts";

/** Returns the title, texts and attributes with such a character, except the values of fields. */
export async function hiddenIn(page: Page): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found = [`title: ${document.title}`];
    const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (nodes.nextNode()) {
      const { parentElement, data } = nodes.currentNode as Text;
      if (!parentElement?.closest("textarea, script")) found.push(`${parentElement?.tagName}: ${data}`);
    }
    for (const element of document.querySelectorAll("body *"))
      for (const { name, value } of element.attributes)
        if (name !== "value" && name !== "href") found.push(`${element.tagName} ${name}: ${value}`);
    return found;
  });
  return [...new Set(texts.filter(hasHiddenCharacter))];
}
