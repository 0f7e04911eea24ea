import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MUTANTS } from '../../simulator/model/mutants/registry.ts';
import { PROTECTIONS } from '../../simulator/model/protections.ts';
import { packageRoot } from '../../simulator/package-root.ts';
import { arbitraryScenario } from '../../scenarios/arbitrary/scenario.ts';
import { GUARANTEES } from '../oracle/guarantees/registry.ts';
import { held } from '../oracle/finding.ts';
import { killMatrixPage, readKillMatrix } from './kill-matrix.ts';
import { brokenBy, differences, judgeCorrect, proofScenarios, RUNS_TO_FIND } from './proof.ts';
import { runVirtual } from './run-virtual.ts';

const page = readFileSync(path.join(packageRoot(), 'docs/kill-matrix.md'), 'utf8');
const matrix = readKillMatrix(page);
const scenarios = proofScenarios(RUNS_TO_FIND);

test('the correct model breaks no promise', () => {
  fc.assert(
    fc.property(arbitraryScenario(), (scenario) => {
      const broken = judgeCorrect(scenario).guarantees.filter(({ verdict }) => verdict === 'broken');
      expect(broken.map(({ guarantee, reason }) => `${guarantee.id}: ${reason}`)).toEqual([]);
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('the same scenario makes the same history, byte for byte', () => {
  fc.assert(
    fc.property(arbitraryScenario(), (scenario) => {
      expect(bytesOf(scenario)).toEqual(bytesOf(scenario));
    }),
    { seed: 7, numRuns: 20 },
  );
});

test('every protection has its mutant, and the matrix holds them all', () => {
  expect(MUTANTS.map(({ off }) => off).toSorted()).toEqual(PROTECTIONS.toSorted());
  expect([...matrix.keys()]).toEqual(MUTANTS.map(({ id }) => id));
  expect(killMatrixPage(matrix)).toBe(page);
});

describe.each(MUTANTS)('$id', (mutant) => {
  const kills = matrix.get(mutant.id)!;

  test('breaks what it lists', () => {
    expect(differences(mutant, kills)).toEqual([]);
  });

  test('is found where the matrix says, and breaks nothing else there', () => {
    const runs = new Set(mutant.breaks.map((id) => kills.get(id)!));
    expect(runs.size).toBeGreaterThan(0);
    for (const run of runs) {
      const broken = brokenBy(mutant, scenarios[run - 1]!);
      expect(broken).toEqual(expect.arrayContaining(mutant.breaks.filter((id) => kills.get(id) === run)));
      expect([...mutant.breaks, ...mutant.breaksRarely]).toEqual(expect.arrayContaining(broken));
    }
  });
});

test.each(GUARANTEES.map(({ id }) => id))('canary: an oracle whose checker of %s always holds is caught', (id) => {
  const blind = GUARANTEES.map((guarantee) => (guarantee.id === id ? { ...guarantee, check: () => held('The canary') } : guarantee));
  const witness = MUTANTS.find(({ breaks }) => breaks.includes(id))!;
  const run = matrix.get(witness.id)!.get(id)!;
  expect(brokenBy(witness, scenarios[run - 1]!)).toContain(id);
  const seen = new Map(brokenBy(witness, scenarios[run - 1]!, blind).map((broken) => [broken, run]));
  expect(differences({ ...witness, breaks: [id], breaksRarely: [...witness.breaks, ...witness.breaksRarely].filter((it) => seen.has(it)) }, seen)).not.toEqual([]);
});

function bytesOf(scenario: Parameters<typeof runVirtual>[0]): unknown {
  const { readings, deliveries, events, devices } = runVirtual(scenario).history;
  const bytes = [readings, deliveries].map((columns) => Object.entries(columns).map(([name, column]) => [name, typeof column === 'number' ? column : Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('base64')]));
  return [devices, bytes, JSON.stringify(events)];
}
