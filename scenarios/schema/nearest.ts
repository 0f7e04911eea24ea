/** The word among `words` that a person most likely meant by `word`; undefined if none is close. */
export function nearestWord(word: string, words: Iterable<string>): string | undefined {
  if (word === '' || word.length > 100) return undefined;
  const meant = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = Infinity;
  for (const candidate of words) {
    const distance = closeness(meant, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** The edit distance if it is small for words of this length, or if one word begins with the other; otherwise infinite. */
function closeness(a: string, b: string): number {
  const distance = editDistance(a, b);
  const near = distance <= Math.max(1, Math.floor(Math.max(a.length, b.length) / 3));
  return near || (b !== '' && (a.startsWith(b) || b.startsWith(a))) ? distance : Infinity;
}

/** How many letters must be inserted, removed, replaced or swapped with their neighbour to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let previous: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? previous[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped));
    }
    [previous, row] = [row, next];
  }
  return row[b.length]!;
}
