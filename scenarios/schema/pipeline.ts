import { z } from 'zod';
import { duration, name, positiveDuration, size } from './values.ts';

/**
 * `pipeline.yaml`: what is under test, how it is started, and where its data can be read.
 *
 * Strings may hold variables: `${port.NAME}` (a free port, kept for the whole run), `${link.NAME.host}`,
 * `${link.NAME.port}`, `${link.NAME.ports}` (a link to the plant: one port per machine, joined by commas; a link is
 * known to the node that it is from), `${link.NAME.name}` (a name instead of its host: it is resolved through a DNS server of
 * ours, by Node.js programs without more ado), `${name-server.host}` and `.port` (that server, for programs that take the
 * address of a resolver), `${time-server.host}` and `.port` (an SNTP server of ours), `${folder}` (the node's own folder; it survives restarts), `${folder.NODE}` (the
 * same, for the outlet), `${pipeline}` (the folder of this file), `${package.NAME}` (the folder of an npm package),
 * `${plant.period-ms}`, `${plant.machines}`, `${cursor}` (the readings' url or query), `${env.NAME}` (an environment variable of
 * Brownout's own, such as a token; only in URLs that Brownout asks and in their headers). `$${` stands for `${` itself.
 * `pipeline-variables.ts` holds which of them can be used where.
 */

const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;

/** What a request of ours to an http or https URL may carry. */
const request = {
  ca: z.string().optional().describe('For https: a file with the certificates (PEM) of the authorities to trust instead of the usual ones, relative to the folder of this file.'),
  headers: z
    .record(z.string().regex(HEADER_NAME, 'expected the name of an HTTP header, such as Authorization'), z.string())
    .optional()
    .describe('Headers of the request. `${env.NAME}` is an environment variable of Brownout, so that no token stands in this file: `Bearer ${env.TOKEN}`.'),
};
/** More than that is a mistake, and would make every check of names slow. */
function atMost<Value extends z.ZodRecord>(most: number, record: Value): Value {
  return record.refine((it) => Object.keys(it).length <= most, { message: `expected at most ${most} names` });
}

const ready = z
  .strictObject({
    http: z.string().optional().describe('A URL, http or https, that answers 200 once the node serves.'),
    ...request,
    tcp: z.string().optional().describe('HOST:PORT that accepts a connection once the node serves.'),
    log: z.string().optional().describe('A regular expression that a line of its output matches once it serves.'),
    within: positiveDuration.default(30_000).describe('How long it may take.'),
  })
  .refine((it) => [it.http, it.tcp, it.log].filter(Boolean).length === 1, {
    message: 'expected exactly one of http, tcp, log',
  })
  .refine((it) => it.http !== undefined || (it.ca === undefined && it.headers === undefined), {
    message: 'expected ca and headers only beside http',
  });

const inherit = z
  .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable, such as LICENSE_KEY'))
  .max(100)
  .default([]);

const node = z.strictObject({
  command: z.array(z.string()).min(1).describe('The program and its arguments. `node` is the Node.js that Brownout runs on.'),
  cwd: z.string().default('${pipeline}').describe('The folder it is started in.'),
  env: z.record(z.string(), z.string()).default({}).describe('Environment variables. Of those that Brownout was started with, a node gets what programs need to run at all (PATH, HOME, LANG, TZ, TMPDIR and the like), and no more.'),
  inherit: inherit.describe('Names of environment variables that it gets from those that Brownout was started with, such as a key that must not be in this file.'),
  runtime: z.enum(['node', 'native']).optional().describe('`node` if it is a Node.js program; its clock can be skewed then.'),
  ready: ready.describe('How to tell that it serves: exactly one of http, tcp and log.'),
  after: z.array(name).max(100).default([]).describe('Nodes that must serve before this one starts.'),
});

const plant = z.strictObject({
  protocol: z.literal('modbus-tcp').default('modbus-tcp').describe('How the machines are read.'),
  machines: z.int().min(1).max(1000).default(4).describe('How many machines there are.'),
  period: duration.refine((ms) => ms >= 1, 'expected at least 1ms').default(100).describe('How often the pipeline is meant to read each machine.'),
  'poll-timeout': duration
    .refine((ms) => ms >= 10 && ms <= 600_000, 'expected at least 10ms and at most 10min')
    .optional()
    .describe('How long the pipeline waits for an answer of a machine before it gives up, as its Modbus client is configured; 100ms if left out. An answer that comes in three quarters of this counts as taken.'),
  watermark: z
    .enum(['registers', 'value'])
    .default('registers')
    .describe('Where the number of a reading is: in registers 0-1, or, for pipelines that keep only one float, in the float itself.'),
});

const broker = z.strictObject({
  kind: z
    .enum(['aedes', 'mosquitto'])
    .default('aedes')
    .describe('Which broker: `aedes`, which comes with Brownout and speaks MQTT 3.1 and 3.1.1, or the `mosquitto` that is installed on this machine (apt-get install mosquitto), which speaks 3.1, 3.1.1 and 5, and to which not every failure of a broker can happen.'),
});

const PORT = 'expected auto, or a port number from 1 to 65535';
const port = z.union([z.literal('auto'), z.int().min(1, PORT).max(65535, PORT)], { error: PORT });

const link = z.strictObject({
  from: name.describe('The node that opens the connection.'),
  to: z.string().describe('`plant`, `broker`, or NODE:PORT with a port that the node lists.'),
  protocol: z.literal('mqtt').optional().describe('Where it leads to a broker that is a node: `mqtt`, so that failures can be aimed at its packets.'),
});

const timeUnit = z.enum(['iso', 's', 'ms', 'us', 'ns']).default('ms')
  .describe('The unit of the times: since 1970 in s, ms, us or ns, or an ISO 8601 text.');

const reader = {
  http: {
    kind: z.literal('http').describe('Rows are read over HTTP or HTTPS, as JSON.'),
    url: z.string().describe('A URL, http or https, that answers rows as JSON.'),
    ...request,
    rows: z.string().optional().describe('Where the rows are in the body, such as `data.items`; left out if the body is the array.'),
  },
  sqlite: {
    kind: z.literal('sqlite').describe('Rows are read from an SQLite database.'),
    file: z.string().describe('The database file.'),
    query: z.string().describe('A SELECT. `${cursor}` is the last cursor seen.'),
  },
  file: {
    kind: z.literal('file').describe('Rows are the lines of a file.'),
    file: z.string().describe('A file with one JSON object per line.'),
  },
} as const;
const sourceOf = <Shape extends z.core.$ZodLooseShape>(shape: Shape) =>
  z.discriminatedUnion('kind', [
    z.strictObject({ ...reader.http, ...shape }),
    z.strictObject({ ...reader.sqlite, ...shape }),
    z.strictObject({ ...reader.file, ...shape }),
  ]);

const readings = sourceOf({
  cursor: z.string().optional().describe('A column that grows with every row; used as ${cursor} to read only what is new.'),
  time: timeUnit,
  fields: z.strictObject({
    device: z.string().default('device').describe('Which machine.'),
    n: z.string().default('n').describe('The number of the reading (registers 0-1).'),
    value: z.string().default('value').describe('The signal (a float32).'),
    time: z.string().optional().describe("The pipeline's own time of the reading."),
    uncertain: z.string().optional().describe('True where the pipeline says that its time may be wrong.'),
    manual: z.string().optional().describe('True where a person typed the reading in.'),
    uptimeMs: z.string().optional().describe("The machine's uptime in milliseconds."),
    state: z.string().optional().describe("The machine's state word."),
    counter: z.string().optional().describe("The machine's production counter."),
    alarms: z.string().optional().describe("The machine's alarm bits."),
  }).prefault({}).describe('What the columns of the rows are called.'),
});

const gaps = sourceOf({
  time: timeUnit,
  fields: z.strictObject({
    device: z.string().optional().describe('Which machine; left out if a gap is always for all of them.'),
    from: z.string().default('from').describe('When the gap begins.'),
    to: z.string().default('to').describe('When it ends.'),
    reason: z.string().optional().describe('Why there is a gap.'),
  }).prefault({}).describe('What the columns of the rows are called.'),
});

const health = z.strictObject({
  url: z.string().describe('A URL, http or https, that answers a JSON object.'),
  ...request,
  fields: z.strictObject({
    status: z.string().default('status').describe('Its state, in a word.'),
    layer: z.string().optional().describe('Which layer it says has failed.'),
    backlog: z.string().optional().describe('How many readings are still on their way. While it is more than before the failures, the drain goes on and what is missing is not lost.'),
  }).prefault({}).describe('What the keys of the object are called.'),
  words: z.record(z.string(), z.enum(['ok', 'degraded', 'failed'])).default({ ok: 'ok', degraded: 'degraded', failed: 'failed' })
    .describe("What the pipeline's own status words mean."),
});

const USUAL_GAP_AFTER_MS = 500;

/** The claim `gap-after` of a pipeline that writes none: long enough for a poll or two to fail. */
export function usualGapAfterMs(periodMs: number): number {
  return Math.max(USUAL_GAP_AFTER_MS, 5 * periodMs);
}

const claims = z.strictObject({
  'gap-after': duration.default(USUAL_GAP_AFTER_MS).describe('An interval without readings that is longer than this must be declared as a gap; 500ms if left out, or five periods if that is more.'),
  'time-within': duration.default(250).describe('A stamp may be this far from the truth, or it must be marked uncertain.'),
  'recovers-within': duration.default(15_000).describe('From the end of the last failure to live data at the outlet (RTO).'),
  'drains-within': duration.default(30_000).describe('From the end of the last failure to an empty backlog.'),
  'live-lag': duration.optional().describe('While a backlog drains, live data is no older than this at the outlet; 5s if left out.'),
  'buffers-for': duration.optional().describe('An outage of this length is buffered without loss, such as 72h.'),
  'power-loss-window': duration.optional().describe('What was read this shortly before a power cut may be lost; nothing if left out.'),
  'alert-within': duration.optional().describe('A critical event reaches somebody within this; 30s if left out.'),
  'stale-within': duration.optional().describe('Data older than this must not be called healthy; 10s if left out.'),
  'memory-under': size.optional().describe('What each node takes of memory at most, such as 256MB.'),
  'disk-under': size.optional().describe('What each node takes of disk at most, such as 2GB.'),
});

export const pipelineSchema = z.strictObject({
  $schema: z.string().optional(),
  version: z.literal(1).describe('The version of this format: 1.'),
  name: name.describe('A short name in lower-case letters, digits and hyphens; runs and reports carry it.'),
  description: z.string().default('').describe('What this pipeline is.'),
  plant: plant.prefault({}).describe('The machines around the pipeline, which Brownout simulates.'),
  broker: broker.optional().describe('An MQTT broker of ours. Left out if the pipeline brings its own, as a node.'),
  ports: atMost(500, z.record(name, port)).default({})
    .describe('Ports that nodes listen on, by name: `auto` for a free one.'),
  nodes: atMost(100, z.record(name, node)).refine((nodes) => Object.keys(nodes).length > 0, { message: 'expected at least one node' })
    .describe('The parts of the pipeline that have power, by name: each is a process of its own that can crash.'),
  inherit: inherit.describe('Names of environment variables that every node gets from those that Brownout was started with.'),
  links: atMost(200, z.record(name, link)).describe('The network hops that can fail, by name. Each is a proxy that the node must connect to.'),
  outlet: z.strictObject({
    readings: readings.describe('Where the readings arrive that the pipeline delivers.'),
    gaps: gaps.optional().describe('Where the pipeline says which data is missing. Left out if it says so nowhere.'),
    health: health.optional().describe('Where the pipeline says how it is. Left out if it says so nowhere.'),
  }).describe('Where delivered data, declared gaps and health can be read.'),
  claims: claims.prefault({}).describe('What the pipeline promises, in numbers.'),
});

/** A checked pipeline file: durations in milliseconds, defaults filled in, variables not yet replaced. */
export type Pipeline = z.output<typeof pipelineSchema>;
export type PipelineNode = Pipeline['nodes'][string];
export type ReadingsOutlet = Pipeline['outlet']['readings'];
export type GapsOutlet = NonNullable<Pipeline['outlet']['gaps']>;
export type HealthOutlet = NonNullable<Pipeline['outlet']['health']>;
export type Claims = Pipeline['claims'];
