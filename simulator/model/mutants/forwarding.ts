import type { Mutant } from './mutant.ts';

/** Mistakes in getting it from the gateway to the cloud, and in coming back. */
export const forwardingMutants: Mutant[] = [
  {
    id: 'backlog-before-live', off: 'sendsLiveFirst', seenIn: ['iotedge#2486'],
    mistake: 'One queue for everything: live data stands behind the whole backlog.',
    breaks: ['live-first'], breaksRarely: [],
  },
  {
    id: 'live-before-backlog-without-order', off: 'keepsOrderOfBacklog', seenIn: [],
    mistake: 'Live data goes first, and the backlog after it gets the time of its sending: at the outlet it looks newer than what came later.',
    breaks: ['in-order', 'true-time'], breaksRarely: [],
  },
  {
    id: 'drains-slower-than-arrival', off: 'drainsFasterThanArrival', seenIn: ['nanomq#2423', 'MQTT.js#978', 'telegraf#16537'],
    mistake: 'The backlog goes one message at a time, at a tenth of the rate at which readings arrive.',
    breaks: ['gaps-declared', 'drains', 'backfill'], breaksRarely: [],
  },
  {
    id: 'backlog-waits-for-next-reading', off: 'drainsUnasked', seenIn: ['telegraf#8571'],
    mistake: 'The backlog moves only when a new reading comes in: with a quiet source it stays where it is.',
    breaks: ['drains'], breaksRarely: ['no-loss', 'gaps-declared', 'recovers'],
  },
  {
    id: 'poison-blocks-the-queue', off: 'isolatesPoison', seenIn: ['greengrass-nucleus#852', 'telegraf#16537'],
    mistake: 'One message that the broker will not have is tried for ever, in front of all others.',
    breaks: ['drains'], breaksRarely: ['no-loss', 'capacity', 'gaps-declared', 'recovers'],
  },
  {
    id: 'gives-up-after-refusal', off: 'retriesAfterRefusal', seenIn: [],
    mistake: 'A login that is refused once is never tried again, as in mqtt.js without reconnectOnConnackError.',
    breaks: ['recovers', 'drains', 'layer-named'], breaksRarely: [],
  },
  {
    id: 'poll-loop-ends-at-time-out', off: 'pollsOnAfterTimeOut', seenIn: [],
    mistake: 'The loop that reads a machine ends at the first answer that does not come: the machine is back, and nobody asks it any more.',
    breaks: ['gaps-declared', 'recovers', 'layer-named'], breaksRarely: [],
  },
  {
    id: 'retries-after-a-long-time', off: 'retriesSoon', seenIn: [],
    mistake: 'After a failed attempt to connect the next one is made only 25 s later: late is what it is, not lost.',
    breaks: ['gaps-declared', 'recovers', 'drains', 'live-first', 'layer-named'], breaksRarely: [],
  },
  {
    id: 'back-off-without-bound', off: 'boundsBackoff', seenIn: [],
    mistake: 'The wait between two attempts to connect grows without a bound: after a long outage the link is back and nobody looks.',
    breaks: ['recovers', 'live-first', 'layer-named'], breaksRarely: ['drains'],
  },
  {
    id: 'exits-at-offline-boot', off: 'bootsUnaided', seenIn: ['iotedge#530', 'mosquitto#2666', 'fluent-bit#10952'],
    mistake: 'A gateway that finds no broker when it starts exits, and nobody starts it again.',
    breaks: ['gaps-declared', 'recovers', 'drains', 'returns-unaided', 'layer-named', 'backfill'], breaksRarely: [],
  },
  {
    id: 'confirms-before-commit', off: 'commitsBeforeConfirming', seenIn: ['ekuiper#3270'],
    mistake: 'The cloud confirms what it has received, not what it has committed.',
    breaks: ['no-loss', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
];
