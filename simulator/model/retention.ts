import type { GapEntry, NewEntry, ReadingsEntry } from './entries.ts';
import type { Gateway } from './gateway.ts';

/** Where message ids wrap in a product with 16 bits of them, scaled to runs of a minute. */
const WRAPS_AFTER = 60;
/** A time to live that is far above any outage of the scenarios, and below a wrong time zone. */
const SHORT_TTL_MICROS = 1_800_000_000;

/**
 * Before entries are appended: throws away what is too old or too much, and declares what goes. Returns what of the
 * coming entries may be kept.
 */
export function keepWithinBounds(gateway: Gateway, coming: NewEntry[]): NewEntry[] {
  expire(gateway);
  if (!gateway.protect.neverReusesIds) gateway.outbox.remove(gateway.outbox.nextSeq - WRAPS_AFTER);
  return makeRoom(gateway, coming);
}

function expire(gateway: Gateway): void {
  const { outbox, parameters, protect, time, surroundings } = gateway;
  const ttlMicros = protect.expiresByTrueAge ? parameters.timeToLiveMs * 1000 : Math.min(parameters.timeToLiveMs * 1000, SHORT_TTL_MICROS);
  if (ttlMicros === Infinity) return;
  const nowMicros = protect.expiresByTrueAge ? time.calendar(time.now()) : surroundings.life.wallMicros();
  for (let oldest = outbox.oldestReadings(); oldest; oldest = outbox.oldestReadings()) {
    if (nowMicros - time.calendar(oldest.stamp) <= ttlMicros) return;
    outbox.remove(oldest.seq);
    if (protect.expiresByTrueAge) declareDropped(gateway, oldest, 'older than its time to live');
  }
}

function makeRoom(gateway: Gateway, coming: NewEntry[]): NewEntry[] {
  const { outbox, parameters, protect } = gateway;
  const { end, silently } = whatToDrop(gateway);
  if (end === 'none') return coming;
  const count = coming.reduce((sum, entry) => sum + (entry.kind === 'readings' ? entry.batch.n.length : 0), 0);
  if (end === 'newest') {
    if (outbox.readings + count <= parameters.bufferReadings) return coming;
    return coming.filter((entry) => {
      if (entry.kind !== 'readings') return !silently;
      const passed = outbox.passBy(entry);
      if (!silently) declareDropped(gateway, passed as ReadingsEntry, 'the buffer is full');
      return false;
    });
  }
  while (outbox.readings + count > parameters.bufferReadings) {
    const oldest = outbox.oldestReadings();
    if (!oldest) break;
    outbox.remove(oldest.seq);
    if (!silently && protect.declaresGaps) declareDropped(gateway, oldest, 'the buffer is full');
  }
  return coming;
}

function whatToDrop({ parameters, protect }: Gateway): { end: 'oldest' | 'newest' | 'none'; silently: boolean } {
  if (!protect.boundsTheBuffer) return { end: 'none', silently: false };
  if (!protect.keepsOldestWhenFull) return { end: 'oldest', silently: true };
  if (!protect.keepsNewestWhenFull) return { end: 'newest', silently: true };
  if (parameters.whenFull === 'stop-reading') return { end: 'none', silently: false };
  return { end: parameters.whenFull === 'drop-oldest' ? 'oldest' : 'newest', silently: false };
}

/** One gap for each machine of the entry, or the last such gap made longer while nobody has seen it yet. */
function declareDropped(gateway: Gateway, dropped: ReadingsEntry, reason: string): void {
  const { outbox, parameters, forwarder } = gateway;
  const edgeMicros = parameters.periodMs * 250;
  const to = { ...dropped.stamp, micros: dropped.stamp.micros + edgeMicros };
  const devices = dropped.batch.devices.length === parameters.machines ? [null] : [...dropped.batch.devices];
  for (const device of devices) {
    const last = gateway.droppedGaps.get(device);
    if (last && outbox.get(last.seq) === last && !forwarder.client.connected && last.to.boot === to.boot && to.micros - last.to.micros < 2 * parameters.periodMs * 1000) {
      last.to = to;
      continue;
    }
    const gap = outbox.append({ kind: 'gap', device, from: { ...dropped.stamp, micros: dropped.stamp.micros - edgeMicros }, to, reason });
    gateway.droppedGaps.set(device, gap as GapEntry);
  }
}

