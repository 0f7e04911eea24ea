import { startUdpServer, type UdpServer } from '../udp-server.ts';
import { CODES, readQuery, writeAnswer } from './message.ts';
import type { Query } from './message.ts';

/** All names of ours end so. The zone `test` is nobody's: RFC 6761. */
export const ZONE = 'brownout.test';

/** What it says to a question for a name that it should know. */
export type WrongAnswer = 'nxdomain' | 'servfail' | 'silence' | 'wrong';

/** An address of this machine at which nobody listens: whatever listens for a pipeline does so at 127.0.0.1. */
export const NOBODY = '127.255.255.254';

/** A wrong answer in force. */
export interface Misanswering {
  /** How many questions for the name were answered so. */
  readonly queries: number;
  /** Takes it back. Returns whether it was in force. */
  lift(): boolean;
}

export interface NameServer extends UdpServer {
  /** How many questions for this name have come, whatever the answer was. */
  queriesFor(name: string): number;
  /** From now on it answers so for this name; of several, the latest that is still in force. */
  misanswer(name: string, wrong: WrongAnswer): Misanswering;
  /** Whether any wrong answer is in force for this name. */
  misanswers(name: string): boolean;
}

interface Rule {
  wrong: WrongAnswer;
  queries: number;
}

/**
 * Starts a DNS server on 127.0.0.1 (UDP) for the zone `brownout.test`: each of these names has the address 127.0.0.1
 * (A, time to live 0) and no other. Of other zones it knows nothing, and says so (REFUSED).
 */
export async function startNameServer(labels: readonly string[]): Promise<NameServer> {
  const names = new Set(labels.map(nameOf));
  const rules = new Map<string, Rule[]>([...names].map((name) => [name, []]));
  const queries = new Map<string, number>();

  const answer = (query: Query): Buffer | undefined => {
    const { name, forAddress } = query;
    if (name !== ZONE && !name.endsWith(`.${ZONE}`)) return writeAnswer(query, CODES.refused);
    queries.set(name, (queries.get(name) ?? 0) + 1);
    const rule = rules.get(name)?.at(-1);
    if (rule) {
      rule.queries++;
      return answerWrong(query, rule.wrong);
    }
    if (!names.has(name)) return writeAnswer(query, name === ZONE ? CODES.noError : CODES.noSuchName);
    return writeAnswer(query, CODES.noError, forAddress ? '127.0.0.1' : undefined);
  };
  const server = await startUdpServer((packet) => {
    const query = readQuery(packet);
    if (!query) return undefined;
    return 'code' in query ? writeAnswer(query, query.code) : answer(query);
  });

  return {
    host: server.host,
    port: server.port,
    queriesFor: (name) => queries.get(name) ?? 0,
    misanswer(name, wrong) {
      const inForce = rules.get(name);
      if (!inForce) throw new RangeError(`${name} is no name of this server`);
      const rule: Rule = { wrong, queries: 0 };
      inForce.push(rule);
      return {
        get queries() {
          return rule.queries;
        },
        lift() {
          const at = inForce.indexOf(rule);
          if (at !== -1) inForce.splice(at, 1);
          return at !== -1;
        },
      };
    },
    misanswers: (name) => (rules.get(name)?.length ?? 0) > 0,
    get closed() {
      return server.closed;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The name under which `uplink` is found: `uplink.brownout.test`. */
export function nameOf(label: string): string {
  return `${label}.${ZONE}`;
}

function answerWrong(query: Query, wrong: WrongAnswer): Buffer | undefined {
  switch (wrong) {
    case 'nxdomain': return writeAnswer(query, CODES.noSuchName);
    case 'servfail': return writeAnswer(query, CODES.serverFailure);
    case 'wrong': return writeAnswer(query, CODES.noError, query.forAddress ? NOBODY : undefined);
    case 'silence': return undefined;
  }
}
