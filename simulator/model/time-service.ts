import type { Life } from './life.ts';
import type { Link } from './link.ts';

/** A time server behind the uplink. It is right, or it does not answer. */
export class TimeService {
  /** Faults on it, counted. */
  down = 0;
  disturbed = 0;

  /** Asks over the link, as datagrams do: what the link will not let through is lost. */
  ask(link: Link, client: Life, answered: (calendarMicros: number, roundTripMicros: number) => void): void {
    const { loop } = client;
    const askedAtMicros = loop.nowMicros;
    loop.after(link.oneWayMicros('up'), () => {
      if (link.isDown) return;
      if (this.down > 0) return void this.disturbed++;
      const serverMicros = loop.nowMicros;
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
