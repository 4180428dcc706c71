// Cuts a CSV file into parts of whole rows, as the API takes them.

const SIZE = 512 * 1024;

/**
 * A line break within quotes is part of its row.
 * @param {string} text
 * @returns {string[]} At least one part.
 */
export function parts(text, size = SIZE) {
  const found = [];
  let [from, quoted, rowEnd] = [0, false, 0];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '"') quoted = !quoted;
    if (letter !== "\n" || quoted) continue;
    // The row that makes a part too large begins the next one.
    if (at + 1 - from > size && rowEnd > from) {
      found.push(text.slice(from, rowEnd));
      from = rowEnd;
    }
    rowEnd = at + 1;
  }
  found.push(text.slice(from));
  return found;
}
