import { z } from 'zod';
import { HIGHEST_START } from '../../simulator/devices/start.ts';
import { moment } from './moment.ts';
import type { ProgressPoint } from './moment.ts';
import { duration, name, positiveDuration } from './values.ts';

/** What every fault says; `fault` is the kind. */
export const faultKeys = {
  fault: z.string().describe('The kind of failure, such as blackhole, crash or jump.'),
  target: z.string().describe('The link, node or machine that it happens to, by its name in pipeline.yaml. The broker of ours is called `broker`, the time server of ours `time-server`.'),
  at: moment.describe('When it begins: a time from the end of the baseline, such as 5s, or a point of progress: `after 40 delivered`, `after 200 waiting`, `after 3 puback on uplink since fault 1`.'),
  for: duration.describe('How long it lasts. A kind that is over at once does not ask for it.'),
};

const EDGES = 'expected low, mixed, near-edges, or';
const whole = `${EDGES} a whole number up to ${HIGHEST_START}`;
const startWord = z.enum(['low', 'mixed', 'near-edges']);
const startAt = z.union([startWord, z.int(whole).min(0, whole).max(HIGHEST_START, whole)], { error: whole });

/** Where the numbers of the machines start. */
const start = z.strictObject({
  number: startAt.refine((at) => at !== 0, 'expected 1 or more: the first reading has the number 1 at the least').default('mixed')
    .describe('The number of each machine\'s first reading: `low` (1), `mixed` (of three machines one just below 2^16, one just below 2^24), `near-edges` (each just below 2^15, 2^16, 2^24 or 2^31), or this number. Always 1 with `watermark: value`.'),
  counter: startAt.default('mixed').describe('The production counter: the same words, `low` being 0.'),
  uptime: z.union([startWord, duration.refine((ms) => ms < 2 ** 32, 'expected less than 49.7 days')], { error: `${EDGES} a duration` }).default('low')
    .describe('How long the machines have been up: the same words, or a duration; `near-edges` is just below 2^16, 2^24, 2^31 or 2^32 ms, where it wraps.'),
});

/**
 * A scenario file: which failures, when, to what, and which promises they put to the test.
 * What a fault may say besides these keys is up to its kind (`simulator/faults`), and is checked against that kind's schema.
 */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('The version of this format: 1.'),
  name: name.describe('A short name in lower-case letters, digits and hyphens; runs and reports carry it.'),
  description: z.string().default('').describe('What happens, and why it happens in factories.'),
  baseline: duration.default(2000).describe('How long data flows undisturbed before the first fault can begin.'),
  'flow-within': positiveDuration.default(30_000).describe('How long the first readings may take from the machines to the outlet.'),
  jitter: duration.default(0).describe('Each fault begins up to this much earlier or later, drawn from the seed.'),
  start: start.prefault({}).describe('Where the numbers of the machines start, so that those are found out who cut them to 16 bits or pass them through a float. The seed decides which machine starts where.'),
  faults: z.array(z.looseObject({ ...faultKeys, for: faultKeys.for.default(0) })).min(1).max(1000).describe('The failures, in any order; they may overlap.'),
  settle: duration.default(3000).describe('How long the plant goes on after the last failure has ended; readings until then are judged.'),
  drain: duration.default(30_000).describe('While something is missing the run waits as long as the pipeline claims in drains-within and recovers-within; this is how much longer it waits while the pipeline says that it still has a backlog, or old readings still arrive.'),
  exercises: z.array(z.string()).default([])
    .describe('The guarantees this scenario is made for. One of them that could not be judged makes the run inconclusive.'),
});

/** A checked scenario file: durations in milliseconds. Faults still hold the keys of their kind, unparsed. */
export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioFault = Scenario['faults'][number];

/** One fault on the timeline of one run: jitter drawn, target found, parameters checked. */
export interface PlannedFault {
  /** `1-blackhole-uplink`: its place in the file, its kind, its target. */
  id: string;
  kind: string;
  family: string;
  target: string;
  /** Milliseconds after the end of the baseline; 0 where it begins at a point of progress. */
  atMs: number;
  /** The point of progress at which it begins. */
  after?: ProgressPoint;
  forMs: number;
  /** As parsed by the kind's own schema. */
  params: Record<string, unknown>;
  /** As the file has them, units and all: for people. */
  written?: Record<string, unknown>;
}
