/** What aedes-persistence has and ships no types for: the memory of aedes, as a class with promises. */
declare module 'aedes-persistence/asyncPersistence.js' {
  import type { Readable } from 'node:stream';
  import type { AedesPublishPacket, Subscription } from 'aedes';

  /** A message in a queue; after a PUBREC there is only a `pubrel` left of it. */
  export type QueuedPacket = Partial<Omit<AedesPublishPacket, 'cmd'>> & { cmd?: string; messageId?: number };
  interface ClientOf {
    id: string;
  }

  export default class MemoryPersistence {
    setup(broker: unknown): Promise<void>;
    storeRetained(packet: AedesPublishPacket): Promise<void>;
    addSubscriptions(client: ClientOf, subscriptions: Subscription[]): Promise<void>;
    removeSubscriptions(client: ClientOf, topics: string[]): Promise<void>;
    cleanSubscriptions(client: ClientOf): Promise<void>;
    outgoingEnqueue(subscription: { clientId: string }, packet: QueuedPacket): Promise<void>;
    outgoingEnqueueCombi(subscriptions: { clientId: string }[], packet: QueuedPacket): Promise<void>;
    outgoingUpdate(client: ClientOf, packet: QueuedPacket): Promise<void>;
    outgoingClearMessageId(client: ClientOf, packet: { messageId?: number }): Promise<QueuedPacket | undefined>;
    outgoingStream(client: ClientOf): Readable & { toArray(): Promise<QueuedPacket[]> };
    incomingStorePacket(client: ClientOf, packet: QueuedPacket): Promise<void>;
    incomingDelPacket(client: ClientOf, packet: QueuedPacket): Promise<void>;
    cleanIncoming(client: ClientOf): Promise<void>;
  }
}
