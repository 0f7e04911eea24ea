import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { verdictSchema } from '../../reports/result.ts';
import { guaranteeIds } from '../../scenarios/schema/guarantee-ids.ts';
import { duration, size } from '../../scenarios/schema/values.ts';

/** What is right. Whatever is left out is not looked at; no stack trace and nothing left behind are asked of every case. */
const right = z.strictObject({
  exit: z.union([z.int(), z.array(z.int()).min(1)]).optional().describe('The exit code, or those that are right.'),
  guarantees: z.partialRecord(z.enum(guaranteeIds), z.union([verdictSchema, z.array(verdictSchema)])).default({}),
  cause: z.record(z.string(), z.string()).default({}).describe('What the reason, cause, fix or evidence of a guarantee must match; `any broken`: of one that is broken.'),
  'never-verdict': verdictSchema.optional().describe('The verdict that no guarantee may have.'),
  'unreadable-rows': z.int().optional().describe('How many rows of the record could not be read.'),
  says: z.array(z.string()).default([]).describe('What stderr must match.'),
  never: z.array(z.string()).default([]).describe('What stderr must not match.'),
  'never-in-reports': z.array(z.string()).default([]).describe('What no report may hold, word for word.'),
  'lines-under': z.int().optional().describe('Most lines on stderr.'),
  reports: z.boolean().default(false).describe('The run leaves its reports.'),
  within: duration.default(120_000).describe('From start to end.'),
  'ends-within': duration.optional().describe('From the signal to the end.'),
  'memory-under': size.optional().describe('Peak memory of Brownout itself.'),
  'logs-under': size.optional().describe("All the nodes' logs together."),
});

const phase = z.enum(['starting', 'baseline', 'failures', 'healing', 'draining', 'final read']);

export const caseSchema = z.strictObject({
  case: z.string(),
  about: z.string().describe('What happens.'),
  said: z.string().describe('What version 0.1.0 said.'),
  right: right.optional(),
  'not-yet': z.string().optional().describe('Why it cannot be said yet; such a case is not run.'),

  kit: z.enum(['store-and-forward', 'in-memory']).optional().describe('The pipeline: this kit, changed by the four keys below.'),
  env: z.record(z.string(), z.string()).default({}).describe('For every node of the kit.'),
  hook: z.string().optional().describe('What makes the kit `in-memory` hostile.'),
  claims: z.record(z.string(), z.string()).default({}),
  change: z.record(z.string(), z.unknown()).default({}).describe('Laid over the pipeline file; null takes a key away.'),
  pipeline: z.string().optional().describe('Instead of a kit, a pipeline that ships.'),
  scenario: z.string().optional().describe('A file of scenarios/.'),

  check: z.boolean().default(false).describe('`brownout check` instead of `brownout run`.'),
  predict: z.array(z.string()).optional().describe('`brownout predict` with these arguments.'),
  forge: z.boolean().default(false).describe('After the run its record is forged, and `brownout report --expect DIGEST` is what counts.'),
  aliases: z.int().optional().describe('The pipeline file holds so many undefined aliases.'),
  fifo: z.string().optional().describe('A FIFO that is made beside the pipeline file.'),
  database: z.string().optional().describe('An empty SQLite database that is made beside the pipeline file.'),
  'runs-on-bytes': size.optional().describe('The folder of the runs is a tmpfs of this size. Needs root.'),
  stderr: z.literal('one line').optional().describe('Its reader closes stderr after the first line.'),
  suspend: z.strictObject({ phase, after: duration, for: duration }).optional().describe('SIGSTOP and SIGCONT to Brownout.'),
  interrupt: z.strictObject({ phase: phase.optional(), after: duration, signal: z.enum(['SIGINT', 'SIGTERM']).default('SIGINT') }).optional(),
}).refine((it) => (it.right === undefined) !== (it['not-yet'] === undefined), { message: 'expected either right or not-yet' });

export type Case = z.output<typeof caseSchema>;
export type Right = NonNullable<Case['right']>;

/** All cases, in the order of expectations.yaml. */
export function readCases(): Case[] {
  const text = readFileSync(path.join(import.meta.dirname, 'expectations.yaml'), 'utf8');
  return z.array(caseSchema).parse(parse(text));
}
