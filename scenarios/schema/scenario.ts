import { z } from 'zod';
import { moment } from './moment.ts';
import type { ProgressPoint } from './moment.ts';
import { duration, name } from './values.ts';

/** What every fault says; `fault` is the kind. */
export const faultKeys = {
  fault: z.string().describe('The kind of failure, such as blackhole, crash or jump.'),
  target: z.string().describe('The link, node or machine that it happens to, by its name in pipeline.yaml. The broker of ours is called `broker`, the time server of ours `time-server`.'),
  at: moment.describe('When it begins: a time from the end of the baseline, such as 5s, or a point of progress: `after 40 delivered`, `after 200 waiting`, `after 3 puback on uplink since fault 1`.'),
  for: duration.describe('How long it lasts. A kind that is over at once does not ask for it.'),
};

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
  'flow-within': duration.default(30_000).describe('How long the first readings may take from the machines to the outlet.'),
  jitter: duration.default(0).describe('Each fault begins up to this much earlier or later, drawn from the seed.'),
  faults: z.array(z.looseObject({ ...faultKeys, for: faultKeys.for.default(0) })).min(1).describe('The failures, in any order; they may overlap.'),
  settle: duration.default(3000).describe('How long the plant goes on after the last failure has ended; readings until then are judged.'),
  drain: duration.default(30_000).describe('How long the pipeline may take, after that, to deliver what it holds.'),
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
