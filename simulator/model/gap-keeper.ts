import type { GapEntry, New, ReadingsEntry } from './entries.ts';
import type { Gateway } from './gateway.ts';
import type { Outbox } from './outbox.ts';

/**
 * The gaps that these readings end: from a machine's last reading to this one, where that took longer than it may in
 * silence, or where the gateway was away in between. Machines that were silent together share one gap.
 */
export function gapsBefore(entry: New<ReadingsEntry>, outbox: Outbox, gateway: Gateway): New<GapEntry>[] {
  if (!gateway.protect.declaresGaps) return [];
  const { devices } = entry.batch;
  const last = outbox.last.ofAll;
  if (last && devices.length === gateway.parameters.machines) return isGap(last, entry, gateway) ? [gap(null, last, entry, gateway)] : [];
  const silent: { device: number; since: ReadingsEntry }[] = [];
  for (let i = 0; i < devices.length; i++) {
    const since = outbox.last.of(devices[i]!);
    if (since && isGap(since, entry, gateway)) silent.push({ device: devices[i]!, since });
  }
  return silent.map(({ device, since }) => gap(device, since, entry, gateway));
}

function isGap(last: ReadingsEntry, next: New<ReadingsEntry>, { parameters, time }: Gateway): boolean {
  if (last.stamp.boot !== next.stamp.boot && !time.isConfirmed(next.stamp)) return true;
  const atMostMicros = time.calendar(next.stamp) - time.calendar(last.stamp) + next.errorMicros + last.errorMicros;
  return atMostMicros > parameters.gapAfterMs * 900;
}

function gap(device: number | null, last: ReadingsEntry, next: New<ReadingsEntry>, { protect, parameters }: Gateway): New<GapEntry> {
  let from = last.stamp;
  let to = next.stamp;
  const wrongByMicros = parameters.gapAfterMs * 1000 + 4 * parameters.periodMs * 1000;
  if (!protect.declaresWholeGaps) from = { ...to, micros: to.micros - 3 * parameters.periodMs * 1000 };
  if (!protect.declaresOnlyTheGap) from = { ...from, micros: from.micros - wrongByMicros };
  return { kind: 'gap', device, from, to, reason: last.stamp.boot === next.stamp.boot ? 'not read' : 'gateway was down' };
}
