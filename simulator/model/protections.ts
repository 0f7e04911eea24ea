/**
 * What keeps data safe in the model, one switch each. All on is the correct pipeline; one off is a mutant
 * (`mutants/`): a mistake that real products make.
 */
export const PROTECTIONS = [
  // The outbox
  'storesOnDisk', 'syncsBeforeUse', 'storesBeforeSending', 'storesWhileNeverConnected', 'deletesAtCommit', 'keepsInFlight', 'keepsIdsAcrossBoots',
  'survivesTornTail', 'keepsOldestWhenFull', 'keepsNewestWhenFull', 'boundsTheBuffer', 'expiresByTrueAge', 'recoversFromFull',
  // Identity and values
  'dedupes', 'dedupesByIdentity', 'neverReusesIds', 'matchesReplies', 'keepsPrecision',
  // Time
  'stampsAtSource', 'stampsByMonotonicClock', 'correctsStaleBoot',
  // Gaps
  'declaresGaps', 'declaresWholeGaps', 'declaresOnlyTheGap', 'declaresOnlyRealGaps',
  // Forwarding
  'sendsLiveFirst', 'keepsOrderOfBacklog', 'drainsFasterThanArrival', 'drainsUnasked', 'isolatesPoison', 'retriesAfterRefusal', 'boundsBackoff',
  'bootsUnaided', 'pollsOnAfterTimeOut', 'retriesSoon',
  // The cloud
  'commitsBeforeConfirming',
  // What it says
  'admitsTrouble', 'namesTheRightLayer', 'admitsStaleness',
  // Alerts, people, machines, locks
  'alertsOnTwoChannels', 'alertsOnce', 'leavesMachinesAlone', 'boundsReconnects', 'machineRunsAlone',
  'mergesManualOnce', 'marksManual', 'closesRevokedSessions', 'buffersWhileRevoked',
] as const;

export type Protection = (typeof PROTECTIONS)[number];
export type Protections = Readonly<Record<Protection, boolean>>;

export const allProtections = (): Protections => Object.fromEntries(PROTECTIONS.map((name) => [name, true])) as Record<Protection, boolean>;

/** All protections but one. */
export const without = (protection: Protection): Protections => ({ ...allProtections(), [protection]: false });
