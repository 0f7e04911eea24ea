/** The numbers of a pipeline and its plant: what a pipeline declares or what was measured of it. */
export interface Parameters {
  machines: number;
  /** How often each machine is read. */
  periodMs: number;
  /** A machine that has not answered by then is asked again, over a new connection. */
  answerWithinMs: number;
  readingBytes: number;
  /** Readings that the gateway's buffer holds. */
  bufferReadings: number;
  /** What a full buffer does: stop reading the machines, or make room at one end. */
  whenFull: 'stop-reading' | 'drop-oldest' | 'drop-newest';
  /** Readings older than this are thrown away, with a gap declared. */
  timeToLiveMs: number;
  /** One sync of the gateway's disk, and one commit of the cloud's database. */
  gatewayCommitMs: number;
  cloudCommitMs: number;
  /** One way through each link. */
  fieldLatencyMs: number;
  uplinkLatencyMs: number;
  /** Messages under way at most, and how fast the backlog is sent besides live data. */
  windowMessages: number;
  drainReadingsPerSecond: number;
  /** Silence after which the other end is taken for dead; the longest wait between two attempts to connect. */
  keepAliveMs: number;
  retryMaxMs: number;
  /** Sent again if the cloud has not confirmed by then. */
  confirmWithinMs: number;
  /** How often the gateway says how it is, and looks whether anything was not confirmed in time. */
  statusEveryMs: number;
  /** The claims that the gateway itself has to know. */
  gapAfterMs: number;
  timeWithinMs: number;
  /** How often the harness looks: rows, health, resources. */
  outletLookMs: number;
  healthLookMs: number;
  /** One event per second and machine about its control loop; off for long predictions. */
  recordsCycles: boolean;
  /** A machine raises a critical alarm about this often; 0: never. */
  alarmEveryMs: number;
  /** A person types in a reading about this often; 0: never. */
  manualEveryMs: number;
}

export const USUAL: Parameters = {
  machines: 4,
  periodMs: 100,
  answerWithinMs: 200,
  readingBytes: 60,
  bufferReadings: 1_000_000,
  whenFull: 'stop-reading',
  timeToLiveMs: Infinity,
  gatewayCommitMs: 4,
  cloudCommitMs: 8,
  fieldLatencyMs: 1,
  uplinkLatencyMs: 15,
  windowMessages: 64,
  drainReadingsPerSecond: 2000,
  keepAliveMs: 1500,
  retryMaxMs: 1000,
  confirmWithinMs: 2500,
  statusEveryMs: 500,
  gapAfterMs: 500,
  timeWithinMs: 250,
  outletLookMs: 250,
  healthLookMs: 1000,
  recordsCycles: true,
  alarmEveryMs: 4000,
  manualEveryMs: 5000,
};
