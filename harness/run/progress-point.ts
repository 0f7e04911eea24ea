import { MQTT_TYPES } from '../../simulator/links/frames/mqtt.ts';
import { transparent } from '../../simulator/links/link-rule.ts';
import type { LinkRule } from '../../simulator/links/link-rule.ts';
import type { Link } from '../../simulator/links/link.ts';
import type { ProgressPoint } from '../../scenarios/schema/moment.ts';
import type { Flow } from './flow.ts';
import { until } from './wait.ts';

/** What never comes is not waited for longer than this. */
const WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 10;

export interface ProgressWorld {
  flow: Pick<Flow, 'arrivedRows' | 'acknowledged' | 'backlog'>;
  link(name: string): Link;
  signal: AbortSignal;
}

/** Counts from now; resolves to whether the point was reached within a minute, as soon as that is so. */
export async function reach(point: ProgressPoint, world: ProgressWorld): Promise<boolean> {
  if (point.on !== undefined) return packets(point, world.link(point.on), world.signal);
  const { flow } = world;
  const from = { delivered: flow.arrivedRows, acknowledged: flow.acknowledged };
  const counts = {
    delivered: () => flow.arrivedRows - from.delivered,
    acknowledged: () => flow.acknowledged - from.acknowledged,
    waiting: () => flow.backlog,
  };
  const count = counts[point.of as keyof typeof counts];
  return until(() => count() >= point.count, { withinMs: WITHIN_MS, everyMs: LOOK_EVERY_MS, signal: world.signal });
}

async function packets({ count, of }: ProgressPoint, link: Link, signal: AbortSignal): Promise<boolean> {
  const came = Promise.withResolvers<boolean>();
  let seen = 0;
  const rule: LinkRule = {
    ...transparent,
    frame({ type }) {
      if (type === MQTT_TYPES[of as keyof typeof MQTT_TYPES] && ++seen === count) came.resolve(true);
      return undefined;
    },
  };
  const over = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
  over.addEventListener('abort', () => came.resolve(false), { once: true });
  link.impose(rule);
  try {
    const reached = await came.promise;
    signal.throwIfAborted();
    return reached;
  } finally {
    link.lift(rule);
  }
}

/** `40 delivered`, `3 puback on uplink`. */
export function wordsOf({ count, of, on }: ProgressPoint): string {
  return `${count} ${of}${on === undefined ? '' : ` on ${on}`}`;
}
