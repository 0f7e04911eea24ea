import { count, duration } from '../../reports/words.ts';
import type { Prediction } from './prediction.ts';

/** The answer in one sentence. */
export function sentence({ name, outageMs, missing, buffer }: Prediction): string {
  const outage = `an outage of ${duration(outageMs)}`;
  if (missing.readings === 0) return `${name} would lose nothing in ${outage}.`;
  const end = { oldest: 'the oldest', newest: 'the newest', none: '' }[missing.end];
  const full = buffer.fullAfterMs === null ? '' : `; its buffer is full after ${duration(buffer.fullAfterMs)}`;
  return `${name} would miss ${count(missing.readings)} readings in ${outage}, ${end}${full}.`;
}

/** What there is to know, as pairs of a name and a value. */
export function facts({ assumptions, method, readingsPerSecond, missing, buffer, recovery }: Prediction): [string, string][] {
  const whenFull = { 'stop-reading': 'stops reading the machines', 'drop-oldest': 'drops the oldest', 'drop-newest': 'drops the newest' }[assumptions.whenFull];
  const { bufferReadings, readingBytes } = assumptions;
  const limit = bufferReadings === null ? 'no limit' : `${count(bufferReadings)} readings, ${bytes(bufferReadings * readingBytes)}; when full it ${whenFull}`;
  const span = missing.fromMs === null ? '' : `, made from ${duration(missing.fromMs)} to ${duration(missing.toMs!)} after the beginning`;
  return [
    ['arrives', `${count(readingsPerSecond)} readings per second (${count(assumptions.machines)} machines, every ${duration(assumptions.periodMs)}), ${bytes(readingsPerSecond * assumptions.readingBytes)} per second`],
    ['buffer', `${limit}${assumptions.timeToLiveMs === null ? '' : `; kept for ${duration(assumptions.timeToLiveMs)}`}`],
    ['full after', buffer.fullAfterMs === null ? 'never' : duration(buffer.fullAfterMs)],
    ['held at most', `${count(buffer.mostReadings)} readings, ${bytes(buffer.mostBytes)}`],
    ['missing', missing.readings === 0 ? 'nothing' : `${count(missing.readings)} readings, the ${missing.end}${span}`],
    ['live again', recovery.liveAfterMs === null ? 'not seen' : `${duration(recovery.liveAfterMs)} after the outage`],
    ['backlog in', recovery.drainedAfterMs === null ? 'no backlog was seen' : `${duration(recovery.drainedAfterMs)} after the outage, at ${count(assumptions.drainReadingsPerSecond)} readings per second besides live data`],
    ['buffer needed', `${count(buffer.neededReadings)} readings, ${bytes(buffer.neededBytes)}`],
    ['how exact', `all machines are read in rounds of ${duration(method.roundMs)}: times are that exact${method.reckonedFromMs === null ? '' : `; the drain was followed until ${duration(method.reckonedFromMs)} after the beginning, and its end was reckoned from its rate`}`],
  ];
}

export function predictionText(prediction: Prediction): string {
  return [sentence(prediction), '', ...facts(prediction).map(([name, value]) => `  ${name.padEnd(14)}${value}`)].join('\n');
}

function bytes(value: number): string {
  const unit = [[1e9, 'GB'], [1e6, 'MB'], [1e3, 'kB']].find(([size]) => value >= (size as number));
  return unit ? `${Number((value / (unit[0] as number)).toPrecision(3)).toLocaleString('en-US')} ${unit[1]}` : `${Math.round(value)} B`;
}
