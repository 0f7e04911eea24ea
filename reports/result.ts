import { z } from 'zod';

/** What a run came to: the one thing that every report is rendered from. Versioned by `schema`; times are run milliseconds. */

export const verdictSchema = z.enum(['held', 'broken', 'error', 'inconclusive', 'not-tested']);
export type Verdict = z.infer<typeof verdictSchema>;

const numbers = z.record(z.string(), z.union([z.number(), z.string()]));

const evidenceRow = z.strictObject({
  atMs: z.number().describe('When it happened, in truth'),
  device: z.string().optional(),
  n: z.int().optional(),
  what: z.string().describe('What was expected and what was found'),
  during: z.array(z.string()).default([]).describe('Ids of the faults in force then, that which overlaps it most first'),
});

const guarantee = z.strictObject({
  id: z.string(),
  promise: z.string(),
  definition: z.string(),
  verdict: verdictSchema,
  reason: z.string().describe('One sentence: why this verdict'),
  numbers: numbers.describe('Units in the names'),
  evidence: z.array(evidenceRow).describe('The first victims, oldest first, at most 20'),
  evidenceTotal: z.int(),
  cause: z.string().optional().describe('What usually causes it, where it is broken'),
  fix: z.string().optional().describe('What to do where it is broken; what would decide it where it is inconclusive'),
});

const fault = z.strictObject({
  id: z.string(),
  kind: z.string(),
  family: z.string(),
  target: z.string(),
  params: z.record(z.string(), z.unknown()),
  fromMs: z.number(),
  toMs: z.number(),
  bite: z.strictObject({ proven: z.boolean(), detail: z.string(), numbers: z.record(z.string(), z.number()) }),
  healed: z.boolean(),
});

export const resultSchema = z.strictObject({
  schema: z.literal('brownout-result/1'),
  tool: z.strictObject({ name: z.literal('brownout'), version: z.string() }),
  verdict: z.enum(['held', 'broken', 'error', 'inconclusive']).describe('error: a checker failed, which says nothing about the pipeline'),
  sentence: z.string().describe('The verdict in one sentence, with its numbers'),
  pipeline: z.strictObject({ name: z.string(), description: z.string(), file: z.string(), sha256: z.string() }),
  scenario: z.strictObject({ name: z.string(), description: z.string(), file: z.string(), sha256: z.string() }),
  record: z.strictObject({ sha256: z.string() }).describe('The digest of the whole record that this was judged from'),
  seed: z.int(),
  host: z.strictObject({ os: z.string(), arch: z.string(), cpus: z.int(), node: z.string() }),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  phases: z.array(z.strictObject({ phase: z.string(), fromMs: z.number(), toMs: z.number() })),
  window: z.strictObject({ fromMs: z.number(), toMs: z.number() }).describe('Readings latched in it are judged'),
  counts: z.strictObject({
    readings: z.int().describe('handed to the pipeline inside the window'),
    acknowledged: z.int(),
    indeterminate: z.int(),
    delivered: z.int().describe('of the readings in the window, those at the outlet at least once'),
    duplicate: z.int().describe('extra rows'),
    altered: z.int(),
    reordered: z.int(),
    late: z.int(),
    undecided: z.int().describe('acknowledged and missing at the last look, and may still come'),
    lostDeclared: z.int(),
    lostSilent: z.int(),
    unknown: z.int().describe('rows at the outlet whose reading the plant never made'),
    unreadIntervals: z.int().describe('times a device was not asked for longer than the pipeline claims to tolerate in silence'),
    declaredGaps: z.int(),
  }),
  faults: z.array(fault),
  guarantees: z.array(guarantee),
  notTested: z.array(z.strictObject({ what: z.string(), reason: z.string(), fix: z.string() })),
  series: z
    .strictObject({
      atMs: z.array(z.number()),
      read: z.array(z.number()).describe('readings acknowledged so far'),
      delivered: z.array(z.number()).describe('of these, seen at the outlet so far'),
      backlog: z.array(z.number()).describe('acknowledged, will be or should have been delivered, not yet seen at the outlet'),
    })
    .describe('Equal lengths, at most 600 points'),
  replay: z.strictObject({ command: z.string() }),
});

export type Result = z.output<typeof resultSchema>;
export type GuaranteeResult = Result['guarantees'][number];
export type FaultResult = Result['faults'][number];
export type EvidenceRow = GuaranteeResult['evidence'][number];
