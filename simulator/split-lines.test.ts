import { PassThrough, Readable } from 'node:stream';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines } from './split-lines.ts';

async function linesOf(chunks: Buffer[]): Promise<string[]> {
  const lines: string[] = [];
  const stream = Readable.from(chunks, { objectMode: false });
  splitLines(stream, (line) => lines.push(line));
  await once(stream, 'end');
  return lines;
}

async function linesOfReadline(text: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: Readable.from([Buffer.from(text)], { objectMode: false }), crlfDelay: Infinity })) lines.push(line);
  return lines;
}

test('wherever the bytes are cut into pieces, the lines are those of readline', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'ü', '温', '\n', '\r', '\r\n'), maxLength: 30 });
  await fc.assert(fc.asyncProperty(text, fc.array(fc.nat(60)), async (written, cuts) => {
    const bytes = Buffer.from(written);
    const at = [0, ...cuts.map((it) => Math.min(it, bytes.length)).toSorted((a, b) => a - b), bytes.length];
    const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end)).filter(({ length }) => length > 0);
    expect(await linesOf(chunks)).toEqual(await linesOfReadline(written));
  }), { numRuns: 300, seed: 1 });
});

test('of a line without an end only the beginning is kept, and what is left out is counted', async () => {
  const stream = new PassThrough();
  const lines: string[] = [];
  splitLines(stream, (line) => lines.push(line));
  const piece = Buffer.alloc(1 << 20, 'x');
  const before = process.memoryUsage.rss();
  for (let n = 0; n < 200; n++) if (!stream.write(piece)) await once(stream, 'drain');
  expect(process.memoryUsage.rss() - before).toBeLessThan(100 * 2 ** 20);
  stream.end('\nnext');
  await once(stream, 'end');
  expect(lines.map(({ length }) => length)).toEqual([65_536, expect.any(Number), 4]);
  expect(lines.slice(1)).toEqual([`[brownout: ${200 * 2 ** 20 - 65_536} more bytes of this line are left out]`, 'next']);
});
