/** Ticks a checkbox of a stored text without the editor. */

/** The text with its nth checkbox ticked or not; everything else stays as it is, byte for byte. */
export function tickNth(html: string, index: number, checked: boolean): string {
  let seen = -1;
  let itemAt = -1;
  // Tags of cleaned text are well formed: no `>` inside of values.
  return html.replace(/<(li|input)\b[^>]*>/g, (tag, name: string, at: number) => {
    if (name === "li") {
      itemAt = at;
      const isNext = seen + 1 === index && tag.includes('data-type="taskItem"');
      return isNext ? tag.replace(/data-checked="[^"]*"/, `data-checked="${checked}"`) : tag;
    }
    seen += 1;
    if (seen !== index || itemAt < 0) return tag;
    const bare = tag.replace(/ checked(="[^"]*")?/, "");
    return checked ? bare.replace(/>$/, ' checked="checked">') : bare;
  });
}
