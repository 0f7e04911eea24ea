import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadPipeline, pipelineOf } from './load.ts';
import { FileProblems } from './problem.ts';
import { sourceOf } from './read-yaml.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MANY = 10_000;
const many = (line: (i: number) => string) => Array.from({ length: MANY }, (_, i) => line(i)).join('');
const HEAD = 'version: 1\nname: x\n';
/** Some ten times what they take on a busy machine; what grew with the square of the length took minutes. */
const PATIENCE_MS = 15_000;

test.each([
  ['undefined aliases', `${HEAD}nodes:\n${many((i) => `  a${i}: *nope\n`)}`, MANY],
  ['undefined aliases beside merges', `b: &b {x: 1}\n${many((i) => `k${i}: {<<: *b, q: *nope}\n`)}`, MANY],
  ['unknown keys', `${HEAD}${many((i) => `k${i}: 1\n`)}`, MANY],
  ['unknown keys in one line', `{version: 1, name: x, ${many((i) => `k${i}: 1, `)}}`, MANY],
  ['repeated keys', `version: 1\n${many(() => 'name: x\n')}`, MANY - 1],
  ['tabs', `version: 1\n${many(() => '\tname: x\n')}`, MANY],
  ['wrong values', `${HEAD}nodes:\n${many((i) => `  a${i}: 1\n`)}`, MANY],
])('%s by the thousand: the first 20 are told, and how many more there are, in no time', { timeout: PATIENCE_MS }, (_, text, atLeast) => {
  const { problems, message } = refusal(text);
  expect(problems.length).toBeGreaterThanOrEqual(atLeast);
  expect(message.split('\n').filter((line) => line.startsWith('p.yaml:'))).toHaveLength(20);
  expect(message).toMatch(/\n\.\.\. and \d+ more$/);
});

test('aliases of good anchors are followed, however many; what they add up to has a limit', { timeout: PATIENCE_MS }, () => {
  expect(refusal(`${HEAD}a:\n${many((i) => `  - &a${i} x\n`)}b:\n${many((i) => `  - *a${i}\n`)}`).message).toContain('unknown key a');
  const laughs = Array.from({ length: 20 }, (_, i) => `k${i + 1}: &k${i + 1} [${Array(9).fill(`*k${i}`).join(', ')}]\n`).join('');
  expect(refusal(`k0: &k0 [1]\n${laughs}`).message).toBe('p.yaml: too many aliases of aliases');
});

test.each([
  ['lists', `a: ${'['.repeat(200_000)}`],
  ['maps', `a: ${'{a: '.repeat(100_000)}`],
  ['blocks', Array.from({ length: 1300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
])('%s without end are nested too deeply, and nothing else', { timeout: PATIENCE_MS }, (_, text) => {
  expect(refusal(text).message).toContain('nested too deeply');
});

test('more nodes, ports, links or faults than anybody means are refused before they are compared with each other', { timeout: PATIENCE_MS }, () => {
  const nodes = Array.from({ length: 5000 }, (_, i) => `  n${i}: { command: [a], ready: { log: a }, after: [n${(i + 1) % 5000}] }\n`).join('');
  const text = `${HEAD}nodes:\n${nodes}links: { a: { from: n1, to: plant } }\noutlet: { readings: { kind: file, file: x } }\n`;
  expect(refusal(text).message).toContain('expected at most 100 names');
});

test('what is no file, or far too large a one, is not read', { timeout: PATIENCE_MS }, async () => {
  execFileSync('mkfifo', [path.join(folder, 'fifo.yaml')]);
  execFileSync('truncate', ['-s', '4G', path.join(folder, 'large.yaml')]);
  writeFileSync(path.join(folder, 'binary.yaml'), Uint8Array.from({ length: 1000 }, (_, i) => i));
  await expect(loadPipeline('fifo.yaml', folder)).rejects.toThrow('fifo.yaml: this is not a regular file');
  await expect(loadPipeline('large.yaml', folder)).rejects.toThrow('large.yaml: the file is larger than 1 MB');
  await expect(loadPipeline('binary.yaml', folder)).rejects.toThrow('binary.yaml: the file is not UTF-8');
});

test('a byte order mark and Windows line ends change nothing about a place', () => {
  const { problems } = refusal('\ufeffversion: 1\r\nname: X\r\n');
  expect(problems).toContainEqual(expect.objectContaining({ line: 2, column: 7, sourceLine: 'name: X' }));
});

function refusal(text: string): FileProblems {
  try {
    pipelineOf(sourceOf(path.join(folder, 'p.yaml'), 'p.yaml', new TextEncoder().encode(text)));
  } catch (error) {
    if (error instanceof FileProblems) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
