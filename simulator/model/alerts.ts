import type { Gateway } from './gateway.ts';

/**
 * Alarms that the gateway found in what it read: each goes to the machine's siren at once, since that needs no network,
 * and through the outbox to the people on call.
 */
export class Alerts {
  readonly #gateway: Gateway;

  constructor(gateway: Gateway) {
    this.#gateway = gateway;
  }

  look(devices: Uint32Array): void {
    const { surroundings: { plant, siren }, protect } = this.#gateway;
    if (plant.alarms.size === 0) return;
    for (const [alert, device] of plant.alarms) {
      if (!devices.includes(device)) continue;
      if (protect.alertsOnTwoChannels) siren(alert);
      if (protect.alertsOnce) plant.alarms.delete(alert);
      this.#gateway.commit([{ kind: 'alert', alert, stamp: this.#gateway.time.now() }], () => {});
    }
  }
}
