import type { Mutant } from './mutant.ts';

/** Mistakes in getting it from the gateway to the cloud, and in coming back. */
export const forwardingMutants: Mutant[] = [
  {
    id: 'backlog-before-live', off: 'sendsLiveFirst', seenIn: ['iotedge#2486'],
    mistake: 'One queue for everything: live data stands behind the whole backlog.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'live-before-backlog-without-order', off: 'keepsOrderOfBacklog', seenIn: [],
    mistake: 'Live data goes first, and the backlog after it gets the time of its sending: at the outlet it looks newer than what came later.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'drains-slower-than-arrival', off: 'drainsFasterThanArrival', seenIn: ['nanomq#2423', 'telegraf#16537'],
    mistake: 'The backlog goes one message at a time, at a tenth of the rate at which readings arrive.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'backlog-waits-for-next-reading', off: 'drainsUnasked', seenIn: ['telegraf#8571'],
    mistake: 'The backlog moves only when a new reading comes in: with a quiet source it stays where it is.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'poison-blocks-the-queue', off: 'isolatesPoison', seenIn: ['greengrass-nucleus#852', 'telegraf#16537'],
    mistake: 'One message that the broker will not have is tried for ever, in front of all others.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'gives-up-after-refusal', off: 'retriesAfterRefusal', seenIn: ['MQTT.js#818'],
    mistake: 'A login that is refused once is never tried again, as in mqtt.js without reconnectOnConnackError.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'back-off-without-bound', off: 'boundsBackoff', seenIn: ['thin-edge.io#2485'],
    mistake: 'The wait between two attempts to connect grows without a bound: after a long outage the link is back and nobody looks.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'exits-at-offline-boot', off: 'bootsUnaided', seenIn: ['iotedge#530', 'mosquitto#2666', 'fluent-bit#10952'],
    mistake: 'A gateway that finds no broker when it starts exits, and nobody starts it again.',
    breaks: [], breaksRarely: [],
  },
  {
    id: 'confirms-before-commit', off: 'commitsBeforeConfirming', seenIn: ['ekuiper#3270'],
    mistake: 'The cloud confirms what it has received, not what it has committed.',
    breaks: [], breaksRarely: [],
  },
];
