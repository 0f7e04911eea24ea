import { z } from 'zod';
import { askTime } from '../clock/ask-time.ts';
import type { SntpServer } from '../clock/sntp-server.ts';
import { signedDuration } from './duration.ts';
import type { FaultKind } from './fault.ts';

const FURTHEST_MS = 100 * 366 * 86_400_000;
const DRIFT = /^([+-]?\d{1,3}(?:\.\d{1,6})?)\s*ms\/s$/;
const DRIFT_EXPECTED = 'expected milliseconds per second, -500ms/s to 500ms/s, such as 20ms/s or -0.5ms/s';

const params = z
  .strictObject({
    offset: signedDuration
      .refine((ms) => ms !== 0 && Math.abs(ms) <= FURTHEST_MS, 'expected at most 36600d, and not 0')
      .optional()
      .describe('How far its time is ahead of the truth, such as +1h or -90s.'),
    drift: z
      .string({ error: DRIFT_EXPECTED })
      .regex(DRIFT, DRIFT_EXPECTED)
      .transform((text) => Number(DRIFT.exec(text)![1]))
      .refine((rate) => rate !== 0 && Math.abs(rate) <= 500, DRIFT_EXPECTED)
      .optional()
      .describe('How much its time gains on the truth from now on, such as 20ms/s or -0.5ms/s.'),
    stratum: z.int().min(0).max(16).optional().describe('How far it says it is from a clock: 1 has one itself; 0 and 16 have no time to give.'),
    leap: z.int().min(1).max(3).optional().describe('The leap indicator: 1 and 2 announce a leap second at the end of the day; 3 has no time to give.'),
    'kiss-of-death': z.enum(['DENY', 'RSTR', 'RATE']).optional().describe('It answers nothing but this: go away, or ask less often.'),
    silent: z.literal(true).optional().describe('It does not answer.'),
  })
  .refine((it) => Object.values(it).some((value) => value !== undefined), {
    message: 'expected at least one of offset, drift, stratum, leap, kiss-of-death, silent',
  });
type Params = z.output<typeof params>;

const ASK_WITHIN_MS = 2000;
const TRUE_WITHIN_MS = 1000;

/** Whoever is asked for the time is wrong: a spoofed answer, a week number that rolled over, a server that lost its antenna. */
export const lyingNtp: FaultKind<'time-server', Params> = {
  kind: 'lying-ntp',
  family: 'clock',
  target: 'time-server',
  summary: 'The time server says a wrong time, or that it has none, or nothing.',
  limits:
    'It reaches what asks our server itself (SNTP over UDP), not the clock of the operating system, nor what that is set by. ' +
    'There is one server: those who compare several find no others here. How often it is asked is up to the pipeline, and ' +
    'if nobody asks while it lies, nothing is proven.',
  params,
  async apply(server, { offset, drift, stratum, leap, 'kiss-of-death': kissOfDeath, silent }) {
    const lying = server.lie({
      ...(offset !== undefined && { offsetMs: offset }),
      ...(drift !== undefined && { driftMsPerSecond: drift }),
      ...(stratum !== undefined && { stratum }),
      ...(leap !== undefined && { leap: leap as 1 | 2 | 3 }),
      ...(kissOfDeath !== undefined && { kissOfDeath }),
      ...(silent && { silent }),
    });
    return {
      bite() {
        const { told } = lying;
        const asked = `${told} ${told === 1 ? 'request' : 'requests'} for the time`;
        const detail = told === 0 ? 'nobody asked it for the time meanwhile' : `${asked} ${told === 1 ? 'was' : 'were'} ${silent ? 'left unanswered' : 'answered with lies'}`;
        return { proven: told > 0, detail, numbers: { liesTold: told } };
      },
      async heal() {
        lying.lift();
        if (lying.lift()) throw new Error('the time server still lies');
        if (!server.closed && !server.lies) await checkTruth(server);
      },
    };
  },
};

async function checkTruth({ port }: SntpServer): Promise<void> {
  const told = await askTime(port, ASK_WITHIN_MS);
  if (!told || told.leap !== 0 || told.stratum !== 2 || Math.abs(told.aheadMs) > TRUE_WITHIN_MS) throw new Error('the time server does not say the time again');
}
