import { z } from 'zod';
import { duration, name } from './values.ts';

/**
 * `pipeline.yaml`: what is under test, how it is started, and where its data can be read.
 *
 * Strings may hold variables: `${port.NAME}` (a free port, kept for the whole run), `${link.NAME.host}`,
 * `${link.NAME.port}`, `${link.NAME.ports}` (a link to the plant: one port per machine, joined by commas),
 * `${folder}` (the node's own folder; it survives restarts), `${pipeline}` (the folder of this file),
 * `${package.NAME}` (the folder of an npm package), `${plant.period-ms}`, `${plant.machines}`, `${cursor}` (outlets).
 */

const ready = z
  .strictObject({
    http: z.string().optional().describe('A URL that answers 200 once the node serves.'),
    tcp: z.string().optional().describe('HOST:PORT that accepts a connection once the node serves.'),
    log: z.string().optional().describe('A regular expression that a line of its output matches once it serves.'),
    within: duration.default(30_000).describe('How long it may take.'),
  })
  .refine((it) => [it.http, it.tcp, it.log].filter(Boolean).length === 1, {
    message: 'expected exactly one of http, tcp, log',
  });

const node = z.strictObject({
  command: z.array(z.string()).min(1).describe('The program and its arguments. `node` is the Node.js that Brownout runs on.'),
  cwd: z.string().default('${pipeline}'),
  env: z.record(z.string(), z.string()).default({}),
  runtime: z.enum(['node', 'native']).optional().describe('`node` if it is a Node.js program; its clock can be skewed then.'),
  ready,
  after: z.array(name).default([]).describe('Nodes that must serve before this one starts.'),
});

const plant = z.strictObject({
  protocol: z.literal('modbus-tcp').default('modbus-tcp'),
  machines: z.int().min(1).max(1000).default(4),
  period: duration.default(100).describe('How often the pipeline is meant to read each machine.'),
  watermark: z
    .enum(['registers', 'value'])
    .default('registers')
    .describe('Where the number of a reading is: in registers 0-1, or, for pipelines that keep only one float, in the float itself.'),
});

const broker = z.strictObject({
  kind: z.literal('aedes').default('aedes'),
});

const link = z.strictObject({
  from: name.describe('The node that opens the connection.'),
  to: z.string().describe('`plant`, `broker`, or NODE:PORT with a port that the node lists.'),
});

const timeUnit = z.enum(['iso', 's', 'ms', 'us', 'ns']).default('ms');
const reader = {
  http: { kind: z.literal('http'), url: z.string(), rows: z.string().optional().describe('Where the rows are in the body, such as `data.items`; left out if the body is the array.') },
  sqlite: { kind: z.literal('sqlite'), file: z.string(), query: z.string().describe('A SELECT. `${cursor}` is the last cursor seen.') },
  file: { kind: z.literal('file'), file: z.string().describe('A file with one JSON object per line.') },
} as const;
const sourceOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ ...reader.http, ...shape }),
    z.strictObject({ ...reader.sqlite, ...shape }),
    z.strictObject({ ...reader.file, ...shape }),
  ]);

const readings = sourceOf({
  cursor: z.string().optional().describe('A column that grows with every row; used as ${cursor} to read only what is new.'),
  time: timeUnit.describe('The unit of the field `time`.'),
  fields: z.strictObject({
    device: z.string().default('device'),
    n: z.string().default('n'),
    value: z.string().default('value'),
    time: z.string().optional().describe("The pipeline's own time of the reading."),
    uncertain: z.string().optional().describe('True where the pipeline says that its time may be wrong.'),
    manual: z.string().optional(),
    uptimeMs: z.string().optional(),
    state: z.string().optional(),
    counter: z.string().optional(),
    alarms: z.string().optional(),
  }).prefault({}),
});

const gaps = sourceOf({
  time: timeUnit,
  fields: z.strictObject({
    device: z.string().optional().describe('Left out if a gap is always for every device.'),
    from: z.string().default('from'),
    to: z.string().default('to'),
    reason: z.string().optional(),
  }).prefault({}),
});

const health = z.strictObject({
  url: z.string().describe('A URL that answers a JSON object.'),
  fields: z.strictObject({
    status: z.string().default('status'),
    layer: z.string().optional().describe('Which layer it says has failed.'),
    backlog: z.string().optional().describe('How many readings are still on their way; 0 ends the drain early.'),
  }).prefault({}),
  words: z.record(z.string(), z.enum(['ok', 'degraded', 'failed'])).default({ ok: 'ok', degraded: 'degraded', failed: 'failed' })
    .describe("What the pipeline's own status words mean."),
});

const claims = z.strictObject({
  'gap-after': duration.default(500).describe('An interval without readings that is longer than this must be declared as a gap.'),
  'time-within': duration.default(250).describe('A stamp may be this far from the truth, or it must be marked uncertain.'),
  'recovers-within': duration.default(15_000).describe('From the end of the last failure to live data at the outlet (RTO).'),
  'drains-within': duration.default(30_000).describe('From the end of the last failure to an empty backlog.'),
});

export const pipelineSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1),
  name,
  description: z.string().default(''),
  plant: plant.prefault({}),
  broker: broker.optional().describe('An MQTT broker of ours. Left out if the pipeline brings its own, as a node.'),
  ports: z.record(name, z.union([z.literal('auto'), z.int().min(1).max(65535)])).default({})
    .describe('Ports that nodes listen on, by name: `auto` for a free one.'),
  nodes: z.record(name, node).refine((nodes) => Object.keys(nodes).length > 0, { message: 'expected at least one node' }),
  links: z.record(name, link),
  outlet: z.strictObject({
    readings,
    gaps: gaps.optional(),
    health: health.optional(),
  }),
  claims: claims.prefault({}),
});

/** A checked pipeline file: durations in milliseconds, defaults filled in, variables not yet replaced. */
export type Pipeline = z.output<typeof pipelineSchema>;
export type PipelineNode = Pipeline['nodes'][string];
export type PipelineLink = Pipeline['links'][string];
export type ReadingsOutlet = Pipeline['outlet']['readings'];
export type GapsOutlet = NonNullable<Pipeline['outlet']['gaps']>;
export type HealthOutlet = NonNullable<Pipeline['outlet']['health']>;
export type Claims = Pipeline['claims'];
