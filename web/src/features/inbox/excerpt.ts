/** What a comment says, as one line of plain text. Parsed, never shown as markup: nothing of it runs or is fetched. */

const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, blockquote, pre, tr, td, th, br, hr, div, figure";
const MOST = 400;

/** `nameOf`: what a person is called now; null: not known here. */
export function excerptOf(html: string, nameOf: (id: string) => string | null): string {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const hidden of body.querySelectorAll("script, style, template")) hidden.remove();
  for (const mention of body.querySelectorAll("mention-component")) {
    const label = mention.getAttribute("label") ?? "";
    const isPerson = mention.getAttribute("entity_name") !== "issue_mention";
    const name = isPerson ? (nameOf(mention.getAttribute("entity_identifier") ?? "") ?? label) : label;
    mention.replaceWith(isPerson ? `@${name}` : name);
  }
  for (const picture of body.querySelectorAll("img, image-component")) picture.replaceWith(" (picture) ");
  for (const block of body.querySelectorAll(BLOCKS)) block.append(" ");
  const text = (body.textContent ?? "").replace(/\s+/g, " ").trim();
  return text.length > MOST ? `${text.slice(0, MOST).trimEnd()}…` : text;
}
