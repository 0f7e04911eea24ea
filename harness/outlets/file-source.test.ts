import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { FileSource } from './file-source.ts';
import { Limit } from './limits.ts';
import { partOf } from './part.ts';
import type { Row } from './rows.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'file-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const fileOf = (text: string | Buffer) => {
  const file = path.join(folder, `rows-${++files}.ndjson`);
  writeFileSync(file, text);
  return file;
};
const line = (n: number, more = '') => `${JSON.stringify({ n, more })}\n`;

function sourceOf(file: string) {
  const source = new FileSource(file, partOf('outlet.readings', { file }));
  return async (withinMs = 5000) => {
    const found = { numbers: [] as unknown[], torn: [] as string[], anew: 0 };
    using limit = new Limit(withinMs);
    await source.read('0', limit, {
      anew: () => void found.anew++,
      row: (row: Row) => void found.numbers.push(row.n),
      torn: (text, why) => void found.torn.push(`${text.slice(0, 20)}: ${why}`),
    });
    return found;
  };
}

test('a file that grows is read on from where it was, over any place at which it is cut', async () => {
  const text = Buffer.from(`${line(1, 'größer')}${line(2, '温度')}${line(3)}`);
  for (let cut = 0; cut <= text.length; cut++) {
    const file = fileOf(text.subarray(0, cut));
    const read = sourceOf(file);
    const first = await read();
    appendFileSync(file, text.subarray(cut));
    const second = await read();
    expect([...first.numbers, ...second.numbers]).toEqual([1, 2, 3]);
    expect([first.anew, second.anew]).toEqual([1, 0]);
  }
});

test('a file that was replaced, cut or written anew is read anew', async () => {
  const file = fileOf(line(1) + line(2));
  const read = sourceOf(file);
  await read();
  writeFileSync(file, line(3)); // shorter, the same inode
  expect(await read()).toEqual({ numbers: [3], torn: [], anew: 1 });
  writeFileSync(file, line(4) + line(5) + line(6)); // longer, the same inode
  expect(await read()).toEqual({ numbers: [4, 5, 6], torn: [], anew: 1 });
  renameSync(fileOf(line(4) + line(5) + line(6) + line(7)), file); // begins with the same, another inode
  expect(await read()).toEqual({ numbers: [4, 5, 6, 7], torn: [], anew: 1 });
  expect(await read()).toEqual({ numbers: [], torn: [], anew: 0 });
});

test('one torn line is one unreadable row, and so is one that is no object or has no end', async () => {
  const read = sourceOf(fileOf(`${line(1)}{"n": 2, "mo${line(3)}[4]\n\r\n\uFEFF${line(5)}${line(6, 'x'.repeat(2e6))}${line(7)}{"n":8`));
  const { numbers, torn } = await read();
  expect(numbers).toEqual([1, 5, 7]);
  expect(torn).toEqual(['{"n": 2, "mo{"n":3,": no JSON', '[4]: no JSON object', '{"n":6,"more":"xxxxx: the line is longer than 1 MB']);
});

test('a line without an end takes no memory but its beginning', async () => {
  const read = sourceOf(fileOf(Buffer.alloc(100e6, 'x')));
  const before = process.memoryUsage().rss;
  expect((await read(30_000)).numbers).toEqual([]);
  expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
});

test('what is no regular file is refused at once', async () => {
  const fifo = path.join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  await expect(sourceOf(fifo)()).rejects.toThrow(`outlet.readings (${fifo}): is a FIFO, expected a regular file`);
  await expect(sourceOf('/dev/zero')()).rejects.toThrow('outlet.readings (/dev/zero): is a device, expected a regular file');
  await expect(sourceOf(folder)()).rejects.toThrow(`outlet.readings (${folder}): is a folder, expected a regular file`);
  await expect(sourceOf(`${folder}/none`)()).rejects.toThrow(`outlet.readings (${folder}/none): does not exist`);
});
