import { z } from 'zod';

const UNIT_BITS = { 'bit/s': 1, 'kbit/s': 1000, 'Mbit/s': 1_000_000 } as const;
const PATTERN = /^(\d{1,9}(?:\.\d{1,6})?)\s*(bit\/s|kbit\/s|Mbit\/s)$/;
const EXPECTED = 'expected a data rate with its unit (bit/s, kbit/s, Mbit/s), such as 9600bit/s or 64kbit/s';

/** A data rate of at least 300 bit/s; the parsed value is in bytes per second. */
export const dataRate = z
  .string({ error: EXPECTED })
  .regex(PATTERN, EXPECTED)
  .transform(bytesPerSecond)
  .refine((bytes) => bytes >= 300 / 8, 'expected at least 300bit/s')
  .meta({ description: 'A data rate with its unit: bit/s, kbit/s or Mbit/s. For example 9600bit/s, 64kbit/s, 2Mbit/s.' });

function bytesPerSecond(text: string): number {
  const [, number, unit] = PATTERN.exec(text)!;
  return (Number(number) * UNIT_BITS[unit as keyof typeof UNIT_BITS]) / 8;
}
