import type { Mutant } from './mutant.ts';

const KILL_AND_BOOT = ['MQTT.js#398', 'MQTT.js#607', 'iotedge#706', 'iotedge#392', 'mosquitto#2666', 'fluent-bit#4225', 'ekuiper#3270'];
const POWER_CUT = ['mosquitto#2639', 'mosquitto#3159', 'kura#2169', 'node-red#2723', 'fluent-bit#11847'];
const SILENT_LINK_LOSS = ['thingsboard-gateway#2157', 'node-red#2864', 'paho.mqtt.rust#218', 'hivemq-edge#1290', 'thin-edge.io#2485'];
const CAPACITY = ['mosquitto#2256', 'otel-collector-contrib#48635', 'iotedge#835', 'thingsboard-gateway#2132'];

/** Mistakes in keeping what was read until it is safe elsewhere. */
export const outboxMutants: Mutant[] = [
  {
    id: 'ram-only-buffer', off: 'storesOnDisk', seenIn: KILL_AND_BOOT,
    mistake: 'The buffer is in memory: whatever it holds dies with the process.',
    breaks: ['no-loss', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: ['capacity'],
  },
  {
    id: 'commit-without-sync', off: 'syncsBeforeUse', seenIn: POWER_CUT,
    mistake: 'Writes are called committed while they are in the page cache only; the operating system gets to them in its own time.',
    breaks: ['no-loss', 'power-safe', 'gaps-true', 'backfill'], breaksRarely: [],
  },
  {
    id: 'lost-before-keep-alive', off: 'storesBeforeSending', seenIn: SILENT_LINK_LOSS,
    mistake: 'Readings are stored only while the connection is known to be down: what is sent before the keep-alive fires is gone.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
  {
    id: 'offline-boot-does-not-buffer', off: 'storesWhileNeverConnected', seenIn: ['MQTT.js#818', 'iotedge#530', 'fluent-bit#10952'],
    mistake: 'After a boot nothing is buffered until the first connection has come about.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
  {
    id: 'deletes-at-puback', off: 'deletesAtCommit', seenIn: ['mosquitto#769', 'mosquitto#3002'],
    mistake: 'The broker\'s PUBACK is taken for safe storage: what the broker forgets before the cloud has it is gone.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
  {
    id: 'second-outage-loses-in-flight', off: 'keepsInFlight', seenIn: ['nanomq#2432', 'MQTT.js#2015', 'mosquitto#3275', 'thingsboard-gateway#2124'],
    mistake: 'The replay takes the backlog out of the store when it sends it: a second outage during the replay loses what was in flight.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
  {
    id: 'new-ids-after-boot', off: 'keepsIdsAcrossBoots', seenIn: ['MQTT.js#607', 'iotedge#392'],
    mistake: 'A crash between send and delete: what was sent already is sent again after the boot under a new identity.',
    breaks: ['no-duplicates'], breaksRarely: ['gaps-true', 'alerts-arrive'],
  },
  {
    id: 'torn-journal-stops-the-boot', off: 'survivesTornTail', seenIn: ['mosquitto#3160', 'node-red#4567', 'fluent-bit#11847'],
    mistake: 'Half a record at the end of the journal, as a power cut leaves it, is taken for corruption: the process refuses to start.',
    breaks: ['gaps-declared', 'recovers', 'drains', 'returns-unaided', 'layer-named', 'backfill'], breaksRarely: [],
  },
  {
    id: 'drops-oldest-in-silence', off: 'keepsOldestWhenFull', seenIn: CAPACITY,
    mistake: 'A full buffer makes room by dropping its oldest readings, and tells nobody.',
    breaks: ['no-loss', 'power-safe', 'gaps-declared'], breaksRarely: ['capacity'],
  },
  {
    id: 'drops-newest-in-silence', off: 'keepsNewestWhenFull', seenIn: CAPACITY,
    mistake: 'A full buffer refuses new readings, and tells nobody.',
    breaks: ['no-loss', 'gaps-declared'], breaksRarely: [],
  },
  {
    id: 'unbounded-buffer', off: 'boundsTheBuffer', seenIn: ['iotedge#835'],
    mistake: 'The buffer grows for as long as the outage lasts, beyond what was said.',
    breaks: ['bounded'], breaksRarely: [],
  },
  {
    id: 'stalls-after-full', off: 'recoversFromFull', seenIn: ['otel-collector-contrib#48635', 'thingsboard-gateway#2132'],
    mistake: 'A buffer that was once filled to the brim never sends again until somebody restarts the process.',
    breaks: ['recovers', 'drains'], breaksRarely: ['layer-named'],
  },
  {
    id: 'time-to-live-by-wall-clock', off: 'expiresByTrueAge', seenIn: [],
    mistake: 'The age of what is buffered is taken from the wall clock, as in the edgeHub of Azure IoT Edge: when that jumps ahead, the whole backlog expires.',
    breaks: ['no-loss'], breaksRarely: ['capacity', 'gaps-declared'],
  },
];
