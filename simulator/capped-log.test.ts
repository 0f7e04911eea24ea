import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CappedLog, LOG_HEAD_BYTES, LOG_TAIL_BYTES } from './capped-log.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'log-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function written(lines: Iterable<string>): Promise<string> {
  const file = path.join(folder, `${Math.random()}.log`);
  const log = new CappedLog(file);
  for (const line of lines) log.line(line);
  await log.end();
  await log.end();
  return readFileSync(file, 'utf8');
}

function* numbered(count: number): Iterable<string> {
  for (let n = 0; n < count; n++) yield String(n).padStart(99, '.');
}

test('an ordinary log is kept as it is', async () => {
  expect(await written(['one', 'two'])).toBe('one\ntwo\n');
});

test('of a log beyond its cap the beginning and the end are kept, and every byte of the rest is counted', async () => {
  const count = 400_000; // 40 MB
  const text = await written(numbered(count));
  expect(text.length).toBeLessThan(LOG_HEAD_BYTES + LOG_TAIL_BYTES + 500);
  const lines = text.trimEnd().split('\n');
  const notes = lines.filter((line) => line.startsWith('[brownout: '));
  expect(notes).toHaveLength(2);
  const leftOut = Number(/(\d+) bytes are left out/.exec(notes[1]!)![1]);
  const noteBytes = notes.reduce((sum, note) => sum + note.length + 1, 0);
  expect(leftOut + text.length - noteBytes).toBe(count * 100);
  expect([Number(lines[0]!.slice(90).replaceAll('.', '')), Number(lines.at(-1)!.slice(90).replaceAll('.', ''))]).toEqual([0, count - 1]);
});

test('a file that cannot be written loses the log, not the run', async () => {
  const log = new CappedLog(path.join(folder, 'no', 'such', 'folder.log'));
  log.line('lost');
  await log.end();
  expect(log.problem).toMatchObject({ code: 'ENOENT' });
});
