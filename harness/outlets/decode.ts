import type { Delivery, HealthStatus, HistoryEvent, Layer } from '../../simulator/recorder.ts';
import type { GapsOutlet, HealthOutlet, ReadingsOutlet } from '../../scenarios/schema/pipeline.ts';
import { keysOf, shown } from './part.ts';
import { toRunMicros } from './pipeline-time.ts';
import type { Row } from './rows.ts';

/** A row that could be read as what it should be, or why not. */
export type Decoded<T> = { ok: T } | { problem: string };

const EXTRAS = ['uptimeMs', 'state', 'counter', 'alarms'] as const;

/** One row of the readings outlet as a delivery. */
export function decodeReading(
  row: Row,
  outlet: ReadingsOutlet,
  options: { watermark: 'registers' | 'value'; wallAnchorMicros: number; seenAtMicros: number },
): Decoded<Delivery> {
  const { fields } = outlet;
  const device = row[fields.device];
  if (device === undefined || device === null) return missing(fields.device, row);
  const value = numberAt(row, fields.value);
  if (value === undefined) return notNumber(fields.value, row);
  const n = options.watermark === 'value' ? value : numberAt(row, fields.n);
  if (n === undefined || !Number.isInteger(n) || n < 0) return notNumber(options.watermark === 'value' ? fields.value : fields.n, row);
  const delivery: Delivery = {
    device: nameOf(device),
    n,
    value,
    stampMicros: fields.time ? toRunMicros(row[fields.time], outlet.time, options.wallAnchorMicros) : NaN,
    seenAtMicros: options.seenAtMicros,
  };
  if (fields.uncertain && truthy(row[fields.uncertain])) delivery.uncertain = true;
  if (fields.manual && truthy(row[fields.manual])) delivery.manual = true;
  for (const extra of EXTRAS) {
    const column = fields[extra];
    if (!column) continue;
    const found = numberAt(row, column);
    if (found === undefined) return notNumber(column, row);
    delivery[extra] = found;
  }
  return { ok: delivery };
}

/** One row of the gaps outlet; `device` null is a gap of every device. */
export function decodeGap(
  row: Row,
  outlet: GapsOutlet,
  { wallAnchorMicros, atMicros }: { wallAnchorMicros: number; atMicros: number },
): Decoded<Extract<HistoryEvent, { kind: 'gap' }>> {
  const { fields } = outlet;
  const fromMicros = toRunMicros(row[fields.from], outlet.time, wallAnchorMicros);
  const toMicros = toRunMicros(row[fields.to], outlet.time, wallAnchorMicros);
  if (Number.isNaN(fromMicros)) return notTime(fields.from, row);
  if (Number.isNaN(toMicros)) return notTime(fields.to, row);
  const device = fields.device ? row[fields.device] : null;
  return {
    ok: {
      atMicros,
      kind: 'gap',
      device: device === null || device === undefined ? null : nameOf(device),
      fromMicros,
      toMicros,
      ...(fields.reason && row[fields.reason] !== undefined ? { reason: String(row[fields.reason]) } : {}),
    },
  };
}

/** What the pipeline says about itself. */
export function decodeHealth(row: Row, outlet: HealthOutlet, atMicros: number): Decoded<Extract<HistoryEvent, { kind: 'health' }>> {
  const said = row[outlet.fields.status];
  const status: HealthStatus | undefined = Object.hasOwn(outlet.words, String(said)) ? outlet.words[String(said)] : undefined;
  if (!status) {
    const words = Object.keys(outlet.words).join(', ');
    return { problem: `field "${outlet.fields.status}": expected one of ${words}, found ${shown(said)}` };
  }
  const layer = outlet.fields.layer ? row[outlet.fields.layer] : undefined;
  const backlog = outlet.fields.backlog ? numberAt(row, outlet.fields.backlog) : undefined;
  return {
    ok: {
      atMicros,
      kind: 'health',
      node: 'pipeline',
      status,
      said: String(said),
      ...(isLayer(layer) ? { layer } : {}),
      ...(backlog !== undefined ? { backlog } : {}),
    },
  };
}

/** A device as it may be kept and shown. What a name cannot hold is replaced and not left out: it is not the name without it. */
function nameOf(device: unknown): string {
  const name = String(device);
  const short = name.length <= 200 ? name : `${name.slice(0, 200)}...`;
  // oxlint-disable-next-line no-control-regex
  return short.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '\uFFFD');
}

function isLayer(word: unknown): word is Layer {
  return word === 'device' || word === 'network' || word === 'platform' || word === 'gateway';
}

function numberAt(row: Row, column: string): number | undefined {
  const found = row[column];
  if (typeof found === 'number') return found;
  if (typeof found === 'bigint') return Number(found);
  if (typeof found === 'string' && found.trim() !== '' && !Number.isNaN(Number(found))) return Number(found);
  return undefined;
}

function truthy(found: unknown): boolean {
  return found === true || found === 1 || found === '1' || found === 'true';
}

function missing(column: string, row: Row): { problem: string } {
  return { problem: `field "${column}" is missing; the row has ${keysOf(row) || 'no fields'}` };
}

function notNumber(column: string, row: Row): { problem: string } {
  if (!(column in row)) return missing(column, row);
  return { problem: `field "${column}": expected a number, found ${shown(row[column])}` };
}

function notTime(column: string, row: Row): { problem: string } {
  if (!(column in row)) return missing(column, row);
  return { problem: `field "${column}": expected a time, found ${shown(row[column])}` };
}
