import { randomStream } from '../../simulator/random.ts';
import { companionOf } from './companion.ts';
import { listScenarios, loadScenario } from '../../scenarios/schema/load.ts';

/** One fault as a scenario file would say it, without its moment. */
export interface Failure {
  fault: string;
  target: string;
  /** Milliseconds; 0 for a kind that is over at once. */
  for: number;
  [parameter: string]: unknown;
}

/** Longer ones are cut down to this: a pair is about what happens when two meet, not about endurance. */
const LONGEST_MS = 5000;
/** Faults begin within this time, so that most pairs overlap. */
const BEGIN_WITHIN_MS = 4000;

/** Every failure that the scenarios of the library inject, each once. */
export async function failuresOfLibrary(): Promise<Failure[]> {
  const scenarios = await Promise.all((await listScenarios()).map(({ name }) => loadScenario(name)));
  const failures = scenarios.flatMap(({ scenario }) => scenario.faults.map(({ at: _at, ...failure }): Failure => failure));
  return [...new Map(failures.map((failure) => [JSON.stringify(failure), failure])).values()];
}

/**
 * Two failures of chance at moments of chance, and what one of them needs to have anything to bite, as the text of a
 * scenario file. The same seed gives the same text.
 */
export function randomPair(failures: readonly Failure[], seed: number): string {
  const random = randomStream(seed, 'pair');
  const drawn = [0, 1].map(() => failures[Math.floor(random() * failures.length)]!);
  const faults = drawn.map(({ for: forMs, ...failure }) => {
    const atMs = 300 + Math.floor(random() * BEGIN_WITHIN_MS);
    return { atMs, fault: { ...failure, at: `${atMs}ms`, ...(forMs > 0 ? { for: `${Math.min(forMs, LONGEST_MS)}ms` } : {}) } };
  });
  const companions = faults.map(({ atMs, fault }) => companionOf(fault, atMs, drawn)).filter((it) => it !== undefined);
  return JSON.stringify({ version: 1, name: `pair-${seed}`, faults: [...faults.map(({ fault }) => fault), ...companions], settle: '3s', drain: '20s' }, undefined, 2);
}
