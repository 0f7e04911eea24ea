import type { Life } from './life.ts';
import type { Link } from './link.ts';

/** A time server behind the uplink. It is right, or it does not answer, unless a fault makes it lie. */
export class TimeService {
  /** Faults on it, counted. */
  down = 0;
  /** By each fault in force: how far its time is ahead at a moment; undefined where no client would believe the answer. */
  readonly lies = new Set<(nowMicros: number) => number | undefined>();
  disturbed = 0;

  /** Asks over the link, as datagrams do: what the link will not let through is lost. */
  ask(link: Link, client: Life, answered: (calendarMicros: number, roundTripMicros: number) => void): void {
    const { loop } = client;
    const askedAtMicros = loop.nowMicros;
    loop.after(link.oneWayMicros('up'), () => {
      if (link.isDown) return;
      const lie = [...this.lies].at(-1);
      if (this.down > 0 || lie) this.disturbed++;
      const aheadMicros = lie ? lie(loop.nowMicros) : 0;
      if (this.down > 0 || aheadMicros === undefined) return;
      const serverMicros = loop.nowMicros + aheadMicros;
      const incarnation = client.incarnation;
      loop.after(link.oneWayMicros('down'), () => {
        if (link.isDown || client.incarnation !== incarnation) return;
        client.run(() => {
          const roundTripMicros = loop.nowMicros - askedAtMicros;
          answered(serverMicros + roundTripMicros / 2, roundTripMicros);
        });
      });
    });
  }
}
