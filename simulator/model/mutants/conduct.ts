import type { Mutant } from './mutant.ts';

/** Mistakes in what the pipeline says, and in how it treats machines, people and locks. */
export const conductMutants: Mutant[] = [
  {
    id: 'healthy-during-loss', off: 'admitsTrouble', seenIn: [],
    mistake: 'Health means that the process runs: it says ok whatever happens.',
    breaks: ['stale-shown', 'layer-named'], breaksRarely: [],
  },
  {
    id: 'stale-looks-fresh', off: 'admitsStaleness', seenIn: [],
    mistake: 'Health looks at connections only, never at the age of what is shown.',
    breaks: ['stale-shown'], breaksRarely: [],
  },
  {
    id: 'blames-the-wrong-layer', off: 'namesTheRightLayer', seenIn: [],
    mistake: 'The component that notices first blames its neighbour.',
    breaks: ['layer-named'], breaksRarely: [],
  },
  {
    id: 'alert-only-through-the-dead-channel', off: 'alertsOnTwoChannels', seenIn: [],
    mistake: 'Alerts go through the cloud only: during an outage nobody hears of them.',
    breaks: ['alerts-arrive'], breaksRarely: [],
  },
  {
    id: 'alert-storm', off: 'alertsOnce', seenIn: [],
    mistake: 'Every reading with the alarm bit set raises the alert again.',
    breaks: ['alerts-arrive'], breaksRarely: ['drains'],
  },
  {
    id: 'writes-to-machines', off: 'leavesMachinesAlone', seenIn: [],
    mistake: 'The gateway writes a set point whenever it connects.',
    breaks: ['local-continuity'], breaksRarely: [],
  },
  {
    id: 'machine-waits-for-gateway', off: 'machineRunsAlone', seenIn: [],
    mistake: 'The control loop of the machine waits to be asked by the gateway.',
    breaks: ['local-continuity'], breaksRarely: [],
  },
  {
    id: 'reconnect-storm', off: 'boundsReconnects', seenIn: [],
    mistake: 'A machine that does not answer is connected to again and again, as fast as the loop turns.',
    breaks: ['local-continuity'], breaksRarely: [],
  },
  {
    id: 'typed-twice', off: 'mergesManualOnce', seenIn: [],
    mistake: 'A form that was sent again because its answer got lost is stored again.',
    breaks: ['backfill'], breaksRarely: [],
  },
  {
    id: 'typed-unmarked', off: 'marksManual', seenIn: [],
    mistake: 'What people type in cannot be told from what machines measured.',
    breaks: ['backfill'], breaksRarely: [],
  },
  {
    id: 'revoked-session-stays', off: 'closesRevokedSessions', seenIn: [],
    mistake: 'Credentials are checked at login only: an open session outlives their revocation.',
    breaks: ['access'], breaksRarely: [],
  },
  {
    id: 'drops-when-refused', off: 'buffersWhileRevoked', seenIn: [],
    mistake: 'A sender whose login is refused throws away what it holds.',
    breaks: ['no-loss', 'capacity', 'power-safe', 'gaps-declared', 'backfill'], breaksRarely: [],
  },
];
