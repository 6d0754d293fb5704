/** Tags as published by YouTube: `a|"b c"|d`; `[none]` stands for no tags. A JSON array as text is one too. */
export function splitTags(tags: unknown): unknown {
  if (typeof tags !== "string") return tags;
  const text = tags.trim();
  if (text === "" || text === "[none]") return undefined;
  if (text.startsWith("[") && text.endsWith("]")) {
    try {
      return JSON.parse(text);
    } catch {
      // Brackets that are part of a tag.
    }
  }
  const parts = text.split("|").map((part) =>
    part
      .trim()
      .replace(/^"+(.*?)"+$/, "$1")
      .trim(),
  );
  return [...new Set(parts.filter((part) => part !== ""))];
}
