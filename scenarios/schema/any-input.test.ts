import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pipelineOf, scenarioOf } from './load.ts';
import { planFaults } from './plan.ts';
import { FileProblems } from './problem.ts';
import { sourceOf } from './read-yaml.ts';

const read = (name: string) => readFileSync(path.join(import.meta.dirname, '..', name), 'utf8');
const PIPELINE = read('starter/pipeline.yaml');
const SCENARIO = read('library/all-at-once.yaml');
const pipeline = pipelineOf(sourceOf('/p.yaml', 'p.yaml', Buffer.from(PIPELINE)));

/** Pieces that mean something to YAML, to JavaScript, to the schemas or to a terminal. */
const pieces = [
  '', ' ', '\t', '\n', '\r', '  ', ':', ': ', '-', '- ', '?', '? ', '{', '}', '[', ']', ',', '#', '&a ', '*a', '<<: *a', '!', '!!set ', '!!binary ',
  '!!omap ', '%YAML 1.1\n---\n', '---\n', '...\n', '|', '>-', '"', "'", '\\', '~', 'null', 'true', '0x', '.inf', '.nan', '-1', '1e999', '9'.repeat(400),
  '__proto__', 'constructor', 'toString', 'length', 'nodes', 'faults', 'kind', '${', '${}', '$${', '${__proto__}', '${package.../..}',
  '\u0000', '\u001b[2J', '\ud800', '\u2028', '\ufeff', '5 sec', '-5s', 'for', 'by',
];
const edit = fc.record({
  at: fc.nat(10_000),
  removed: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(60)),
  inserted: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8, unit: 'binary' })),
});
const mutations = fc.array(edit, { minLength: 1, maxLength: 6 });
type Edit = typeof edit extends fc.Arbitrary<infer It> ? It : never;

const mutate = (text: string, edits: Edit[]) =>
  edits.reduce((it, { at, removed, inserted }) => {
    const from = at % (it.length + 1);
    return it.slice(0, from) + inserted + it.slice(from + removed);
  }, text);

/** Does it; a user's mistake must come as problems that point into the text. */
function attempt(text: string, what: () => void): void {
  try {
    what();
  } catch (error) {
    if (!(error instanceof FileProblems)) throw error;
    const lines = text.split(/\r\n|\n|\r/).length;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const { line, column, message } of error.problems) {
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines);
      expect(column).toBeGreaterThanOrEqual(1);
      expect(message).not.toBe('');
    }
    expect(error.message).not.toMatch(/undefined|\[object|Invalid input|\n +at /);
  }
}

test('whatever is written in a pipeline file, it is read or its problems are told', () => {
  fc.assert(fc.property(mutations, (edits) => {
    const text = mutate(PIPELINE, edits);
    attempt(text, () => pipelineOf(sourceOf('/p.yaml', 'p.yaml', Buffer.from(text))));
  }), { numRuns: 500 });
});

test('whatever is written in a scenario file, it is planned or its problems are told', () => {
  fc.assert(fc.property(mutations, fc.nat(), (edits, seed) => {
    const text = mutate(SCENARIO, edits);
    attempt(text, () => {
      const source = sourceOf('/s.yaml', 's.yaml', Buffer.from(text));
      planFaults({ scenario: scenarioOf(source), yaml: source.yaml }, { pipeline }, seed);
    });
  }), { numRuns: 500 });
});

test('whatever bytes a file holds, it is read or its problems are told', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
    attempt(Buffer.from(bytes).toString('utf8'), () => pipelineOf(sourceOf('/p.yaml', 'p.yaml', bytes)));
  }), { numRuns: 500 });
});
