import { randomField, randomStream } from '../random.ts';

/**
 * The signal of one machine, a temperature in degrees Celsius as a float32: a slow sine, a drift that comes and goes,
 * and noise. It is a pure function of seed, device and the machine's uptime, so that anyone who holds a reading can
 * compute what its value must have been.
 */
export type Signal = (uptimeMs: number) => number;

export function signalOf(seed: number, device: string): Signal {
  const random = randomStream(seed, `${device}/signal`);
  const noise = randomField(seed, `${device}/noise`);
  const level = 55 + 10 * random();
  const swing = 6 + 6 * random();
  const periodMs = 20_000 + 20_000 * random();
  const phase = random();
  return (uptimeMs) => {
    const sine = swing * Math.sin(2 * Math.PI * (uptimeMs / periodMs + phase));
    const drift = 4 * Math.sin((2 * Math.PI * uptimeMs) / 3_600_000);
    return Math.fround(level + sine + drift + (noise(uptimeMs) - 0.5));
  };
}
