import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { afterAll, expect, test } from 'vitest';
import { heldResilient } from '../../reports/testing/sample.ts';
import { caseSchema, type Case } from './case.ts';
import type { Outcome } from './attempt.ts';
import { laidOver } from './files.ts';
import { wrongs } from './wrongs.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'brownout-wrongs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const right = (yaml: string): NonNullable<Case['right']> => caseSchema.parse({ case: 'x', about: 'x', said: 'x', right: parse(yaml) }).right!;
const outcome = (changes: Partial<Outcome> = {}): Outcome => ({
  code: 0, stdout: '', stderr: 'HELD', tookMs: 1000, endedAfterMs: undefined, peakBytes: 1e8, leftovers: [], result: undefined, runFolder: path.join(folder, 'runs/latest'), ...changes,
});
const withVerdict = (verdict: 'held' | 'broken', cause?: string) =>
  outcome({ result: { ...heldResilient(), guarantees: [{ ...heldResilient().guarantees[0]!, id: 'no-loss', verdict, cause }] } });

test('what is as it should be is right', () => {
  expect(wrongs(right('{ exit: 0 }'), outcome())).toEqual([]);
  expect(wrongs(right('{ guarantees: { no-loss: [held, inconclusive] } }'), withVerdict('held'))).toEqual([]);
  expect(wrongs(right('{ cause: { any broken: late reply } }'), withVerdict('broken', 'A late reply was taken'))).toEqual([]);
});

test.each([
  ['{ exit: 0 }', outcome({ code: 1 }), 'exit code 1, right is 0'],
  ['{ exit: [2, 3] }', outcome({ code: null }), 'exit code none'],
  ['{ within: 1s }', outcome({ tookMs: 1500 }), 'took 1.5 s'],
  ['{ ends-within: 5s }', outcome(), 'ended before it could be interrupted'],
  ['{ ends-within: 5s }', outcome({ endedAfterMs: 9000 }), 'ended 9.0 s after the signal'],
  ['{ memory-under: 10MB }', outcome(), 'took 100 MB of memory'],
  ['{}', outcome({ leftovers: ['process 1: x'] }), 'left behind process 1'],
  ['{}', outcome({ stderr: 'Error: x\n    at f (/a/b.ts:1:2)\n' }), 'shows a stack trace'],
  ['{}', outcome({ stderr: 'this is a bug of ours: x' }), 'shows a stack trace'],
  ['{ says: [stall] }', outcome(), 'never says /stall/'],
  ['{ never: [held] }', outcome(), 'says "held"'],
  ['{ lines-under: 1 }', outcome(), '1 lines'],
  ['{ reports: true }', outcome(), 'no report.html'],
  ['{ unreadable-rows: 1 }', outcome(), 'no record of unreadable rows'],
  ['{ guarantees: { no-loss: held } }', outcome(), 'nothing was judged'],
  ['{ guarantees: { no-loss: held } }', withVerdict('broken'), 'no-loss broken, right is held'],
  ['{ guarantees: { recovers: held } }', withVerdict('held'), 'recovers absent'],
  ['{ never-verdict: broken }', withVerdict('broken'), 'no-loss broken'],
  ['{ cause: { no-loss: transaction } }', withVerdict('broken', 'A late reply was taken'), 'does not name the cause'],
  ['{ cause: { any broken: transaction } }', withVerdict('held'), 'there is none'],
])('%s: it says what is wrong', (yaml, seen, what) => {
  expect(wrongs(right(yaml), seen)).toContainEqual(expect.stringContaining(what));
});

test('a change is laid over key by key; null takes a key away', () => {
  expect(laidOver({ a: { b: 1, c: [1] }, d: 2 }, { a: { c: [2], e: 3 }, d: null, constructor: { f: 4 } })).toEqual({ a: { b: 1, c: [2], e: 3 }, constructor: { f: 4 } });
});
