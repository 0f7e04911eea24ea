import type { Account } from '../account.ts';
import type { Backlog } from '../backlog.ts';
import { lateness, overrun, type Doubts } from '../doubts.ts';
import { acknowledgedShare } from '../evidence-share.ts';
import { broken, held, undecided, vacuous } from '../finding.ts';
import type { Finding, Guarantee } from '../guarantee.ts';
import { percentileOf } from '../histogram.ts';
import { ACKNOWLEDGED, DELIVERED, IN_WINDOW, LATE } from '../marks.ts';
import { WAIT_LONGER, whyOpen } from '../outstanding.ts';
import { readingsWith, Victims } from '../victims.ts';
import { count, duration, toMs } from '../words.ts';

/** The rate is that of this share of the backlog: a straggler that waits for its retry is late, it makes no slow drain. */
const BULK = 0.9;
/** What the bulk may take on top of the time in which the plant makes as many readings. */
const SLACK_MICROS = 1_000_000;
/** What was there at one look came in no less than this. */
const SHORTEST_BULK_MICROS = 250_000;
export const drains: Guarantee = {
  id: 'drains',
  promise: 'The backlog goes',
  definition:
    'The backlog is what was made before the end of the last failure, was not yet at the outlet then although older than the usual delay ' +
    '(99 % of what was seen before the first failure, at least 0.5 s), and did arrive. Its last reading is seen within the claim `drains-within` of that end, ' +
    'and the first 90 % of it come in no more time than the plant needs to make as many (plus 1 s): it drains faster than it fills. ' +
    'What is lost is no drain. What is missing at the last look and may still come (see `no-loss`) is backlog: once the claim has passed since the last failure, it breaks this promise.',
  evidence: 'At least half of the readings that the machines handed over inside the window were surely taken (acknowledged).',
  cause:
    'The replay goes one message per round trip or waits for a timer between batches, one poisoned message is retried for ever in front of all others, ' +
    'or the backlog only moves when a new reading comes in, and the source has gone quiet.',
  fix:
    'Send the backlog with a window of messages in flight and in batches, at a multiple of the live rate; set aside what is refused several times; ' +
    'let the reconnect start the drain, not the next reading.',
  timed: true,
  check,
};

function check(account: Account, doubts: Doubts) {
  const { terms } = account;
  const { backlog, usualDelayMicros } = account.delays();
  const stuck = stuckOf(account);
  if (stuck) return stuck;
  if (!backlog) return vacuous('No failure ended, so there was no backlog to drain');
  if (backlog.readings === 0) return vacuous(`Nothing older than the usual delay (${duration(usualDelayMicros)}) was held back at the end of the last failure and arrived later, so there was no backlog to drain`);

  const drainMicros = backlog.waits.largest;
  const bulkMicros = percentileOf(backlog.waits, BULK) - backlog.waits.smallest;
  const arrivalPerSecond = arrivalRate(account);
  const bulk = Math.ceil(backlog.readings * BULK);
  const fillMicros = (bulk / arrivalPerSecond) * 1e6;
  const rate = Math.round((bulk / Math.max(bulkMicros, SHORTEST_BULK_MICROS)) * 1e6);
  const numbers = {
    backlogReadings: backlog.readings, drainMs: toMs(drainMicros), claimMs: terms.claims['drains-within'],
    drainReadingsPerSecond: rate, arrivalReadingsPerSecond: Math.round(arrivalPerSecond),
  };
  const size = count(backlog.readings, 'reading');
  const took = `was in ${duration(drainMicros)} after the last failure`;
  const tooLate = lateness(account, backlog.healMicros, backlog.healMicros + terms.claims['drains-within'] * 1000, backlog.toMicros);
  if (tooLate && !doubts.add(tooLate.why)) {
    const late = lateOf(account, backlog);
    return broken(`The backlog of ${size} ${took}, the claim is ${duration(terms.claims['drains-within'] * 1000)}; ${late.total} of them came too late`, numbers, late);
  }
  const rates = `${rate} readings per second while ${numbers.arrivalReadingsPerSecond} arrive`;
  const allowedMicros = fillMicros + SLACK_MICROS;
  if (bulkMicros <= allowedMicros || doubts.add(overrun(account.stalls, backlog.fromMicros, backlog.fromMicros + allowedMicros, backlog.fromMicros + bulkMicros))) return held(`The backlog of ${size} ${took}, at ${rates}`, numbers, acknowledgedShare(account));
  const victims = new Victims();
  victims.add(backlog.healMicros, () => ({ atMicros: backlog.healMicros, toMicros: backlog.toMicros, what: `${count(bulk, 'reading')} took ${duration(bulkMicros)} to come in; the plant makes as many in ${duration(fillMicros)}` }));
  return broken(`The backlog drains at ${rates}: after a longer failure it would never be in`, numbers, victims);
}

/** What had not come in when the outlet was read for the last time, and may still come. */
function stuckOf(account: Account): Finding | undefined {
  const { terms, stalls, timeline: { lastHealMicros: heal, finalReadMicros } } = account;
  const stuck = readingsWith(account, IN_WINDOW | ACKNOWLEDGED | LATE, DELIVERED, () => 'still not there at the last look');
  if (heal === undefined || stuck.total === 0) return undefined;
  const waitedMicros = finalReadMicros - heal;
  const claimMicros = terms.claims['drains-within'] * 1000;
  const numbers = { stuckReadings: stuck.total, waitedMs: toMs(waitedMicros), claimMs: toMs(claimMicros) };
  const said = `${count(stuck.total, 'reading')} of the backlog had not come in ${duration(waitedMicros)} after the last failure, the claim is ${duration(claimMicros)}: ${whyOpen(account)}`;
  const ours = overrun(stalls, heal, heal + claimMicros, finalReadMicros);
  if (waitedMicros > claimMicros && !ours) return broken(said, numbers, stuck);
  return undecided(ours ? `${said}; and ${ours}` : said, numbers, WAIT_LONGER);
}

function lateOf(account: Account, { healMicros }: Backlog): Victims {
  const { history, match } = account;
  const latest = healMicros - account.delays().usualDelayMicros;
  const seenAfter = (reading: number) => history.deliveries.seenAtMicros[match.rowOf[reading]!]! - healMicros;
  return readingsWith(account, IN_WINDOW | DELIVERED | LATE, 0, (reading) => `seen ${duration(seenAfter(reading))} after the last failure`,
    (reading) => history.readings.atMicros[reading]! > latest);
}

/** Readings that the plant hands over per second, over the whole window. */
function arrivalRate({ tally, timeline: { window } }: Account): number {
  return tally(IN_WINDOW) / Math.max(1e-6, (window.toMicros - window.fromMicros) / 1e6);
}
