import type { History } from '../history/history.ts';
import { inBlocks } from './in-blocks.ts';
import { madeSpans, type MadeSpans } from './made.ts';
import { moment } from './words.ts';

/** What the readings alone tell. Plain data. */
export interface Course {
  contradiction: string | undefined;
  made: MadeSpans;
}

export function courseOf(history: History): Course {
  return { contradiction: contradictionIn(history), made: madeSpans(history.readings) };
}

/**
 * Why it cannot be told which row shows which reading, in a sentence: a device counts from the start again, or its
 * readings are not in the order of time. What was matched means nothing then.
 */
export function contradictionIn({ devices, readings: { rows, device, n, atMicros } }: History): string | undefined {
  const lastN = new Float64Array(devices.length).fill(-1);
  const lastAt = new Float64Array(devices.length).fill(-Infinity);
  let contradiction: string | undefined;
  inBlocks(rows, (from, to) => {
    for (let reading = from; reading < to; reading++) {
      const d = device[reading]!;
      if (n[reading]! <= lastN[d]!) {
        contradiction ??= `${devices[d]} counts from ${n[reading]} again after ${lastN[d]}, ${moment(atMicros[reading]!)}: a reading is known by its device and number, so which row shows which reading cannot be told`;
      }
      if (atMicros[reading]! < lastAt[d]!) contradiction ??= `the record contradicts itself: ${devices[d]} made reading ${n[reading]} before reading ${lastN[d]}`;
      lastN[d] = n[reading]!;
      lastAt[d] = atMicros[reading]!;
    }
  });
  return contradiction;
}
