import { startUdpServer, type UdpServer } from '../udp-server.ts';

/** What a time server says that is not so. The defaults are the truth. */
export interface SntpLies {
  /** How far its time is ahead of this machine's. */
  offsetMs?: number;
  /** How many milliseconds its time gains per second from the moment at which this lie was told to it. */
  driftMsPerSecond?: number;
  /** 1 to 15; 0 and 16 say that it has no time itself, and a careful client does not believe it. */
  stratum?: number;
  /** 0 none, 1 the last minute of the day has 61 s, 2 it has 59 s, 3 it has no time itself. */
  leap?: 0 | 1 | 2 | 3;
  /** It answers nothing but this: go away (DENY, RSTR), or ask less often (RATE). */
  kissOfDeath?: 'DENY' | 'RSTR' | 'RATE';
  /** It does not answer at all. */
  silent?: boolean;
}

/** Lies in force. */
export interface Lying {
  /** How many requests were answered with these lies, or left unanswered where they are silence. */
  readonly told: number;
  /** Takes them back. Returns whether they were in force. */
  lift(): boolean;
}

export interface SntpServer extends UdpServer {
  /** How many valid requests have come, answered or not. */
  readonly requests: number;
  /** From now on it tells these lies and no others; of several, the latest that are still in force. */
  lie(lies: SntpLies): Lying;
  /** Whether it tells any lie. */
  readonly lies: boolean;
}

type Told = Required<Omit<SntpLies, 'kissOfDeath'>> & SntpLies;

interface Tale {
  told: Told;
  sinceMs: number;
  count: number;
}

const PACKET_BYTES = 48;
const CLIENT_MODE = 3;
const SERVER_MODE = 4;
/** From 1900, where NTP counts from, to 1970. */
const EPOCH_SECONDS = 2_208_988_800;

/** Starts an SNTP server (RFC 4330, RFC 5905) that answers on 127.0.0.1 what it is told to; the truth at first. */
export async function startSntpServer(): Promise<SntpServer> {
  const tales: Tale[] = [{ told: honest({}), sinceMs: 0, count: 0 }];
  let requests = 0;
  const server = await startUdpServer((request) => {
    if (request.length < PACKET_BYTES || (request[0]! & 7) !== CLIENT_MODE) return undefined;
    requests++;
    const tale = tales.at(-1)!;
    tale.count++;
    return tale.told.silent ? undefined : answer(request, tale);
  });
  return {
    host: server.host,
    port: server.port,
    get requests() {
      return requests;
    },
    lie(lies) {
      const tale: Tale = { told: honest(lies), sinceMs: Date.now(), count: 0 };
      tales.push(tale);
      return {
        get told() {
          return tale.count;
        },
        lift() {
          const at = tales.indexOf(tale);
          if (at !== -1) tales.splice(at, 1);
          return at !== -1;
        },
      };
    },
    get lies() {
      return tales.length > 1;
    },
    get closed() {
      return server.closed;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function honest(lies: SntpLies): Told {
  return { offsetMs: 0, driftMsPerSecond: 0, stratum: 2, leap: 0, silent: false, ...lies };
}

function answer(request: Buffer, { told: { offsetMs, driftMsPerSecond, stratum, leap, kissOfDeath }, sinceMs }: Tale): Buffer {
  const truthMs = Date.now();
  const toldMs = truthMs + offsetMs + (driftMsPerSecond * (truthMs - sinceMs)) / 1000;
  const version = (request[0]! >> 3) & 7;
  const reply = Buffer.alloc(PACKET_BYTES);
  reply[0] = ((kissOfDeath ? 3 : leap) << 6) | (version << 3) | SERVER_MODE;
  reply[1] = kissOfDeath ? 0 : stratum;
  reply[2] = request[2]!; // poll interval
  reply.writeInt8(-10, 3); // precision, about a millisecond
  reply.write(kissOfDeath ?? (stratum <= 1 ? 'GPS' : ''), 12, 'latin1');
  if (stratum > 1 && !kissOfDeath) reply.set([127, 0, 0, 1], 12);
  writeTime(reply, 16, toldMs - 1000); // reference
  request.copy(reply, 24, 40, 48); // originate: what the client called its own time
  writeTime(reply, 32, toldMs);
  writeTime(reply, 40, toldMs);
  return reply;
}

/** Seconds since 1900 in 32.32 bits; they wrap in 2036, as they do in the field. */
function writeTime(packet: Buffer, at: number, unixMs: number): void {
  const seconds = unixMs / 1000 + EPOCH_SECONDS;
  packet.writeUInt32BE(((Math.floor(seconds) % 2 ** 32) + 2 ** 32) % 2 ** 32, at);
  packet.writeUInt32BE(Math.floor((seconds - Math.floor(seconds)) * 2 ** 32), at + 4);
}
