import type { Account } from '../account.ts';
import { broken, held, unavailable, vacuous } from '../finding.ts';
import type { Guarantee } from '../guarantee.ts';
import { Victims } from '../victims.ts';
import { grouped } from '../words.ts';

export const bounded: Guarantee = {
  id: 'bounded',
  promise: 'An outage does not eat the box',
  definition: 'Every sample of a node stays under the claims `memory-under` and `disk-under`, from the first failure to the end of the drain.',
  evidence: 'Every sample is judged by itself, and only what was weighed is said to be bounded; one is enough.',
  cause: 'The buffer is bounded in messages but not in bytes, or not at all; retries, logs and dead letters pile up beside it; deleted rows leave the database file as large as it ever was.',
  fix: 'Bound the buffer in bytes and say which end is dropped, give logs a limit of their own, read the backlog in pages instead of loading it, and let the database reuse or return its free pages.',
  withoutOutlet: true,
  check,
};

const MEASURES = [
  { claim: 'memory-under', key: 'rssBytes', word: 'memory' },
  { claim: 'disk-under', key: 'diskBytes', word: 'disk' },
] as const;

function check({ history, terms, timeline }: Account) {
  const claimed = MEASURES.filter(({ claim }) => terms.claims[claim] !== undefined);
  if (claimed.length === 0) return unavailable('The pipeline claims no bound on memory or disk', 'Add memory-under or disk-under to the claims of pipeline.yaml, such as 256MB');
  const samples = history.events.filter((event) => event.kind === 'resource').filter(({ atMicros }) => atMicros >= (timeline.firstFaultMicros ?? Infinity));
  if (timeline.firstFaultMicros === undefined) return vacuous('No failure was applied, so nothing had to be buffered');
  if (samples.length === 0) return unavailable('Nobody weighed the nodes of this run', 'Judge it on the model for now: real nodes are not weighed yet');

  const victims = new Victims();
  const numbers: Record<string, number> = { samples: samples.length };
  const said: string[] = [];
  for (const { claim, key, word } of claimed) {
    const bound = terms.claims[claim]!;
    const most = samples.reduce((a, b) => (b[key] > a[key] ? b : a));
    numbers[`${word}MaxBytes`] = most[key];
    numbers[`${word}ClaimBytes`] = bound;
    said.push(`${word} up to ${megabytes(most[key])} (${most.node}), the claim is ${megabytes(bound)}`);
    for (const { atMicros, node, [key]: bytes } of samples) {
      if (bytes > bound) victims.add(atMicros, () => ({ atMicros, what: `${node} takes ${megabytes(bytes)} of ${word}` }));
    }
  }
  const reason = said.join('; ');
  const capital = reason[0]!.toUpperCase() + reason.slice(1);
  return victims.total === 0 ? held(capital, numbers) : broken(capital, numbers, victims);
}

function megabytes(bytes: number): string {
  return `${grouped(Number((bytes / 1e6).toFixed(1)))} MB`;
}
