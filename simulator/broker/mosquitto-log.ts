import { plainText } from '../plain-text.ts';
import { TurnedAwayList } from './census.ts';

/** What mosquitto's log says of its clients. There is no other way to learn which ones there are. */
export class MosquittoLog {
  /** Who is connected, and whether without a lasting session. */
  readonly clean = new Map<string, boolean>();
  /** Logins that were refused. */
  refused = 0;
  /** All of them, with those that were disconnected for what they sent. */
  readonly turnedAway = new TurnedAwayList();
  /** How often a connection was closed because another one took over its client. */
  readonly takenOver = new Map<string, number>();

  hear(line: string): void {
    const came = /^New client connected from \S+ as (.*) \(p\d, c([01]),/.exec(line);
    if (came) return void this.clean.set(came[1]!, came[2] === '1');
    const replaced = /^Client (.*) already connected, closing old connection/.exec(line)?.[1];
    if (replaced !== undefined) this.takenOver.set(replaced, (this.takenOver.get(replaced) ?? 0) + 1);
    if (/^Client .* disconnected, not authorised/.test(line)) this.refused++;
    const [, whom, why] = /^Client (.*?)(?: \[[^\]]*\])? disconnected(?:,| due to|:) (not authorised|protocol error|malformed packet|oversize packet|.*\b(?:unsupported|invalid|refused|not allowed)\b.*?)\.?$/.exec(line) ?? [];
    if (why !== undefined) this.turnedAway.add(plainText(whom!), `mosquitto says: ${plainText(why)}`);
    const gone = /^Client (.*?)(?: \[[^\]]*\])? (?:disconnected|closed its connection|has exceeded timeout)/.exec(line)?.[1];
    if (gone !== undefined) this.clean.delete(gone);
  }
}
