import { expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';
import { brokenStock, excessive, heldResilient, inconclusiveRun, malicious } from './testing/sample.ts';

const bars = (line: string) => line.match(/(?<!\\)\|/g)?.length ?? 0;

test.each([brokenStock(), heldResilient(), inconclusiveRun(), malicious(brokenStock()), malicious(heldResilient())])(
  'every table row has the cells of its head, whatever the names', (result) => {
    const lines = renderMarkdown(result).split('\n');
    const heads = lines.flatMap((line, index) => (lines[index + 1]?.startsWith('| --- ') ? [index] : []));
    for (const head of heads) for (let row = head; lines[row]?.startsWith('|'); row++) expect(bars(lines[row]!)).toBe(bars(lines[head]!));
    expect(lines.slice(heads[0]! + 2).findIndex((line) => !line.startsWith('|'))).toBe(result.guarantees.length);
  });

test('no name becomes markup', () => {
  const outsideOfCode = renderMarkdown(malicious(brokenStock())).replace(/^```sh\n.*\n```$/m, '').replace(/(?<![\\`])(`+)(?!`).*?[^`]\1(?!`)/g, '');
  expect(outsideOfCode).not.toMatch(/(?<!\\)<(script|img)|(?<!\\)\[x(?<!\\)\]\(/);
});

test('says the verdict, the numbers, the first victims, the cause, the fix and the replay of what is broken', () => {
  const text = renderMarkdown(brokenStock());
  expect(text).toMatch(/^## ✗ Broken: node-red-stock under all-at-once\n\n124 of 648/);
  for (const said of ['**Numbers** lost 124', '- press-1 reading 46 at 6.01 s', '- and 119 more', '**Likely cause**', '**Fix**', '--seed 7']) expect(text).toContain(said);
});

test('stays far below the megabyte that a GitHub job summary may have', () => {
  expect(renderMarkdown(excessive()).length).toBeLessThan(100_000);
  expect(renderMarkdown({ ...heldResilient(), guarantees: [], faults: [], notTested: [] })).toContain('no guarantee was judged');
});
