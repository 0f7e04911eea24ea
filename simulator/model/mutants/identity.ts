import type { Mutant } from './mutant.ts';

/** Mistakes in telling what is what: which message, which reading, which value, what time. */
export const identityMutants: Mutant[] = [
  {
    id: 'no-dedupe', off: 'dedupes', seenIn: ['thingsboard-gateway#2098'],
    mistake: 'QoS 1 means at least once, and the receiver stores whatever it gets.',
    breaks: ['no-duplicates'], breaksRarely: ['alerts-arrive'],
  },
  {
    id: 'dedupe-by-timestamp', off: 'dedupesByIdentity', seenIn: ['influxdb#2055', 'thingsboard-gateway#2098'],
    mistake: 'Device and stamp are taken for the identity of a reading: two readings in one tick of the stamp (an eighth of a second here) become one.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'drains'], breaksRarely: [],
  },
  {
    id: 'message-id-wrap', off: 'neverReusesIds', seenIn: [],
    mistake: 'Message ids wrap (after 65,535 in mqtt.js; after 60 here, where outages are short), and a new message overwrites the waiting one with its id.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
  {
    id: 'late-reply-taken-for-next', off: 'matchesReplies', seenIn: ['pymodbus#538'],
    mistake: 'A Modbus reply that comes after its time-out is taken for the answer to the next question, and so on from then on.',
    breaks: ['no-loss', 'power-safe', 'gaps-declared', 'gaps-true', 'true-time'], breaksRarely: ['in-order'],
  },
  {
    id: 'rounds-values', off: 'keepsPrecision', seenIn: [],
    mistake: 'Values are written with one decimal on the way.',
    breaks: ['unaltered'], breaksRarely: [],
  },
  {
    id: 'stamps-at-arrival', off: 'stampsAtSource', seenIn: [],
    mistake: 'The cloud stamps what it receives: a backlog gets the time at which the link came back.',
    breaks: ['in-order', 'true-time'], breaksRarely: [],
  },
  {
    id: 'stamps-by-wall-clock', off: 'stampsByMonotonicClock', seenIn: ['telegraf#4538'],
    mistake: 'The stamp is whatever the wall clock shows at that moment, also while it is wrong.',
    breaks: ['in-order', 'gaps-true', 'true-time'], breaksRarely: ['gaps-declared', 'stale-shown'],
  },
  {
    id: 'stale-boot-never-restamped', off: 'correctsStaleBoot', seenIn: [],
    mistake: 'A gateway without a clock battery boots in the past, and what it read before the time server answered keeps those stamps.',
    breaks: ['in-order', 'gaps-declared', 'gaps-true', 'true-time'], breaksRarely: [],
  },
  {
    id: 'gap-never-declared', off: 'declaresGaps', seenIn: [],
    mistake: 'Nobody writes down that nothing was read.',
    breaks: ['gaps-declared'], breaksRarely: [],
  },
  {
    id: 'gap-too-short', off: 'declaresWholeGaps', seenIn: [],
    mistake: 'A gap is declared from the moment at which the silence was noticed, not from the last reading.',
    breaks: ['gaps-declared'], breaksRarely: [],
  },
  {
    id: 'gap-too-long', off: 'declaresOnlyTheGap', seenIn: [],
    mistake: 'A gap is declared with a margin that reaches over readings which are there.',
    breaks: ['gaps-true'], breaksRarely: [],
  },
  {
    id: 'gap-where-nothing-is-missing', off: 'declaresOnlyRealGaps', seenIn: ['telegraf#4538'],
    mistake: 'An outage of the uplink is declared as a gap although everything was buffered and arrives later.',
    breaks: ['gaps-true'], breaksRarely: [],
  },
];
